// Tells VS Code which program speaks the Debug Adapter Protocol for `"type": "skink"`. All else is that program's.
'use strict';
const vscode = require('vscode');

exports.activate = context => {
    const factory = {
        createDebugAdapterDescriptor() {
            const program = vscode.workspace.getConfiguration('skink').get('path', 'skink');
            return new vscode.DebugAdapterExecutable(program, ['dap']);
        },
    };
    context.subscriptions.push(vscode.debug.registerDebugAdapterDescriptorFactory('skink', factory));
};
