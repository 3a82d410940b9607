#pragma once
#include "server/http/server.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tsunagi::http {

/// What the table of routes says of one method and path.
struct Match {
    const Route* route = nullptr;  ///< null: nobody answers; then `allow` tells 404 (empty) from 405
    std::map<std::string, std::string> captures;
    std::vector<Method> allow;  ///< methods that this path does answer, filled only when `route` is null
};

/// The table of routes as a tree of path segments. A literal wins over `{name}`, `{name}` over `{rest*}`.
/// Immutable after its construction, so any thread may ask.
class Router {
public:
    /// Throws std::invalid_argument naming the pattern when one is malformed, has no handler, or is there twice.
    explicit Router(std::vector<Route> routes);
    ~Router();

    /// `path` is decoded and begins with '/'. HEAD is answered by the route of GET when it has none of its own.
    /// `{name}` takes one segment that is not empty; `{rest*}` takes all that remains, which may be empty.
    Match find(Method method, std::string_view path) const;

private:
    struct Node;
    struct Search;
    void add(const Route& route);
    bool descend(const Node& node, std::string_view rest, Search& search) const;

    std::vector<Route> routes_;
    std::unique_ptr<Node> root_;
};

}  // namespace tsunagi::http
