int many[3000];

int more(int n)
{
    many[2999] = n;
    return n + 1;
}
