// Exceptions, iostreams, templates, thread-local and static objects, over a library of a package: what an assembler
// of C++ has to get right for a linked program to run.
#include <algorithm>
#include <functional>
#include <iomanip>
#include <iostream>
#include <json/json.h>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct Parse_error : std::runtime_error {
    explicit Parse_error(const std::string &what, int line) : std::runtime_error(what), line(line) {}
    int line;
};

// Counts what is alive: unwinding must destroy all of it.
struct Guard {
    explicit Guard(std::string name) : name(std::move(name)) { ++alive; }
    Guard(const Guard &) = delete;
    ~Guard() { --alive; }
    std::string name;
    static int alive;
};
int Guard::alive = 0;

thread_local unsigned calls = 0;

struct Shape {
    virtual ~Shape() = default;
    virtual double area() const = 0;
};
struct Square final : Shape {
    explicit Square(double side) : side(side) {}
    double area() const override { return side * side; }
    double side;
};
struct Circle final : Shape {
    explicit Circle(double radius) : radius(radius) {}
    double area() const override { return 3.0 * radius * radius; }
    double radius;
};

template <typename T, typename F> auto fold(const std::vector<T> &list, F f) {
    T sum{};
    for (const auto &x : list)
        sum = f(sum, x);
    return sum;
}

[[gnu::noinline]] int deeper(int depth) {
    Guard guard("level " + std::to_string(depth));
    ++calls;
    if (depth == 0)
        throw Parse_error("too deep", __LINE__);
    int below = deeper(depth - 1);
    return below + static_cast<int>(guard.name.size());
}

Json::Value parse(const std::string &text) {
    Json::CharReaderBuilder builder;
    std::istringstream in(text);
    Json::Value value;
    std::string errors;
    if (!Json::parseFromStream(builder, in, &value, &errors))
        throw std::invalid_argument(errors);
    return value;
}

} // namespace

int main() {
    try {
        std::cout << deeper(6) << '\n';
    } catch (const Parse_error &e) {
        std::cout << e.what() << " on a line above " << (e.line > 10) << ", alive " << Guard::alive << ", calls " << calls << '\n';
    }
    try {
        std::vector<int>().at(3);
    } catch (const std::out_of_range &) {
        std::cout << "out of range\n";
    }
    std::vector<std::unique_ptr<Shape>> shapes;
    shapes.push_back(std::make_unique<Square>(1.5));
    shapes.push_back(std::make_unique<Circle>(2.25));
    std::cout << std::fixed << std::setprecision(4);
    for (const auto &shape : shapes)
        std::cout << shape->area() << ' ' << (dynamic_cast<Circle *>(shape.get()) != nullptr) << '\n';

    const Json::Value value = parse(R"({"name": "skink", "sizes": [4, 2, 16, 8], "nested": {"x": -1.5e3, "y": [true, null]}})");
    std::vector<int> sizes;
    for (const auto &size : value["sizes"])
        sizes.push_back(size.asInt());
    std::sort(sizes.begin(), sizes.end(), std::greater<int>());
    std::cout << fold(sizes, [](int a, int b) { return a * 3 + b; }) << ' ' << value["nested"]["x"].asDouble() << '\n';
    std::map<std::string, int> words;
    std::istringstream text("the quick brown fox and the lazy dog and the cat");
    for (std::string word; text >> word;)
        ++words[word];
    for (const auto &[word, count] : words)
        std::cout << word << '=' << count << ' ';
    std::cout << '\n' << value << '\n';
    try {
        parse("{\"open\": [1, 2");
    } catch (const std::invalid_argument &e) {
        std::cout << e.what();
    }
    try {
        (void)value["name"].asInt();
    } catch (const Json::LogicError &e) {
        std::cout << e.what() << '\n';
    }
    return Guard::alive;
}
