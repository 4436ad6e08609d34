// Bodies under gravity in double precision.
#include <math.h>
#include <stdio.h>

struct body { double x[3], v[3], mass; };
static struct body bodies[5] = {
    {{0, 0, 0}, {0, 0, 0}, 39.5},
    {{4.8, -1.2, -0.1}, {0.6, 2.8, -0.02}, 0.0376},
    {{8.3, 4.1, -0.4}, {-1.0, 1.8, 0.008}, 0.0113},
    {{12.9, -15.1, -0.2}, {1.1, 0.9, -0.01}, 0.0017},
    {{15.4, -25.9, 0.2}, {0.98, 0.6, -0.03}, 0.0020},
};

static double energy(void) {
    double sum = 0;
    for (int i = 0; i < 5; i++) {
        for (int d = 0; d < 3; d++)
            sum += 0.5 * bodies[i].mass * bodies[i].v[d] * bodies[i].v[d];
        for (int j = i + 1; j < 5; j++) {
            double r = 0;
            for (int d = 0; d < 3; d++)
                r += (bodies[i].x[d] - bodies[j].x[d]) * (bodies[i].x[d] - bodies[j].x[d]);
            sum -= bodies[i].mass * bodies[j].mass / sqrt(r);
        }
    }
    return sum;
}

int main(void) {
    double dt = 0.01, before = energy();
    for (int step = 0; step < 1000000; step++) {
        for (int i = 0; i < 5; i++)
            for (int j = i + 1; j < 5; j++) {
                double dx[3], r = 0;
                for (int d = 0; d < 3; d++)
                    dx[d] = bodies[i].x[d] - bodies[j].x[d], r += dx[d] * dx[d];
                double pull = dt / (r * sqrt(r));
                for (int d = 0; d < 3; d++)
                    bodies[i].v[d] -= dx[d] * bodies[j].mass * pull, bodies[j].v[d] += dx[d] * bodies[i].mass * pull;
            }
        for (int i = 0; i < 5; i++)
            for (int d = 0; d < 3; d++)
                bodies[i].x[d] += dt * bodies[i].v[d];
    }
    printf("%.9f %.9f\n", before, energy());
    return 0;
}
