/* Thumb code that ends in calls of the C library: entries of the linkage table with a stub in front, and without. */
#include <stdio.h>
#include <stdlib.h>

int say(const char *text)
{
    return puts(text);
}

int main(int argc, char **argv)
{
    say(argv[0]);
    printf("%d\n", argc);
    return atoi(argv[argc - 1]);
}
