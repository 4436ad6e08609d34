/* A library that is loaded when the program runs, with a source that is called like one of the program's. */
struct pair { int x, r0; };

int more(int n);

int times(int a, int b)
{
    struct pair v = { a, b }, s = { b, a };
    int product = v.x * v.r0;
    product += s.x - s.r0;
    return more(product);
}

__attribute__((constructor)) static void early(void)
{
    more(0);
}
