// C++: names with parameters, templates, inlined methods, base classes and references.
namespace geometry {
struct Shape {
    int id;
    virtual int area() const { return 0; }
};
struct Box : Shape {
    int width, height;
    Box(int w, int h) : width(w), height(h) { id = 7; }
    int area() const override { return width * height; }
};
template <typename T> T larger(T a, T b)
{
    return a < b ? b : a;
}
}

volatile int sink;
int counter = 5;
int &alias = counter;
geometry::Box global_box(3, 4);

static inline __attribute__((always_inline)) int scaled(int x)
{
    int y = x * 3;
    sink = y;
    return y;
}

__attribute__((noinline)) int measure(const geometry::Shape &shape)
{
    return shape.area() + scaled(shape.id) + scaled(shape.id + 1);
}

__attribute__((noinline)) int measure(int a, int b)
{
    return geometry::larger(a, b) + geometry::larger(a * 2L, b * 3L);
}

int main()
{
    return measure(global_box) + measure(1, 2) == 0;
}
