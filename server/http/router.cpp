#include "server/http/router.h"

#include "server/http/wire.h"

#include <algorithm>
#include <stdexcept>

namespace tsunagi::http {
namespace {

[[noreturn]] void reject(const Route& route, const char* why)
{
    throw std::invalid_argument("route " + std::string(method_name(route.method)) + " " + route.pattern + ": " + why);
}

/// The segment at the front of `rest`, which begins with the slash before it; `rest` is left at the next slash.
std::string_view take_segment(std::string_view& rest)
{
    rest.remove_prefix(1);
    const auto segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(segment.size());
    return segment;
}

}  // namespace

struct Router::Node {
    /// A route that ends at this node; its captures get `names` in the order of the path.
    struct End {
        const Route* route;
        std::vector<std::string> names;
    };
    std::vector<std::pair<std::string, std::unique_ptr<Node>>> literals;
    std::unique_ptr<Node> capture;
    std::vector<End> ends;
    std::vector<End> rest_ends;
};

/// One walk through the tree. `values` is a stack: what lies on it when an end is found are the captures.
struct Router::Search {
    Method method;
    std::vector<std::string_view> values;
    const Node::End* found = nullptr;
    std::vector<Method> seen;

    bool take(const std::vector<Node::End>& ends)
    {
        const auto answering = [&](Method wanted) {
            const auto it =
                std::find_if(ends.begin(), ends.end(), [&](const auto& end) { return end.route->method == wanted; });
            return it == ends.end() ? nullptr : &*it;
        };
        found = answering(method);
        if (found == nullptr && method == Method::head) found = answering(Method::get);
        if (found != nullptr) return true;
        for (const auto& end : ends)
            if (std::find(seen.begin(), seen.end(), end.route->method) == seen.end()) seen.push_back(end.route->method);
        return false;
    }
};

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)), root_(std::make_unique<Node>())
{
    for (const auto& route : routes_) add(route);
}

Router::~Router() = default;

void Router::add(const Route& route)
{
    if (!route.handler && !route.live) reject(route, "has neither a handler nor a live handler");
    if (route.live && route.method != Method::get) reject(route, "a WebSocket begins with GET");
    if (!route.pattern.starts_with('/')) reject(route, "does not begin with a slash");

    Node* node = root_.get();
    std::vector<std::string> names;
    const auto settle = [&](std::vector<Node::End>& ends) {
        for (const auto& end : ends)
            if (end.route->method == route.method) reject(route, "is there twice");
        ends.push_back({&route, std::move(names)});
    };
    for (std::string_view rest = route.pattern; !rest.empty();) {
        const auto segment = take_segment(rest);
        const bool braced = segment.starts_with('{') && segment.ends_with('}');
        if (!braced && segment.find_first_of("{}") != std::string_view::npos)
            reject(route, "a capture is a whole segment");
        if (!braced) {
            const auto same = [&](const auto& literal) { return literal.first == segment; };
            auto it = std::find_if(node->literals.begin(), node->literals.end(), same);
            if (it == node->literals.end())
                it = node->literals.emplace(node->literals.end(), std::string(segment), std::make_unique<Node>());
            node = it->second.get();
            continue;
        }
        auto name = segment.substr(1, segment.size() - 2);
        const bool takes_rest = name.ends_with('*');
        if (takes_rest) name.remove_suffix(1);
        if (name.empty()) reject(route, "a capture needs a name");
        if (std::find(names.begin(), names.end(), name) != names.end()) reject(route, "two captures of one name");
        names.emplace_back(name);
        if (takes_rest) {
            if (!rest.empty()) reject(route, "{rest*} must be last");
            return settle(node->rest_ends);
        }
        if (!node->capture) node->capture = std::make_unique<Node>();
        node = node->capture.get();
    }
    settle(node->ends);
}

bool Router::descend(const Node& node, std::string_view rest, Search& search) const
{
    if (rest.empty()) return search.take(node.ends);

    auto behind = rest;
    const auto segment = take_segment(behind);
    for (const auto& [literal, child] : node.literals)
        if (literal == segment && descend(*child, behind, search)) return true;
    if (node.capture && !segment.empty()) {
        search.values.push_back(segment);
        if (descend(*node.capture, behind, search)) return true;
        search.values.pop_back();
    }
    if (node.rest_ends.empty()) return false;
    search.values.push_back(rest.substr(1));
    if (search.take(node.rest_ends)) return true;
    search.values.pop_back();
    return false;
}

Match Router::find(Method method, std::string_view path) const
{
    Match match;
    if (!path.starts_with('/')) return match;
    Search search{.method = method, .values = {}, .seen = {}};
    if (!descend(*root_, path, search)) {
        match.allow = std::move(search.seen);
        return match;
    }
    match.route = search.found->route;
    for (std::size_t at = 0; at < search.values.size(); ++at)
        match.captures.emplace(search.found->names[at], search.values[at]);
    return match;
}

}  // namespace tsunagi::http
