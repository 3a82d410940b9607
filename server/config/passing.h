#pragma once
#include "server/config/flow_source.h"

#include <map>
#include <set>
#include <string>

namespace tsunagi::config {

/// Which flows a `go` leads into, from one flow: name -> the first place that says so.
std::map<std::string, const Value*> flows_entered(const FlowSource& flow);

/// Flows that run into themselves over any number of others. Checks that walk into sub-flows leave these out: they are
/// told by check_graph.
std::set<std::string> recursive_flows(const DeskSource& desk);

/// Whether a flow can run from start to end without once waiting for her. `recursive` flows count as not passing.
class Passing {
public:
    Passing(const DeskSource& desk, std::set<std::string> recursive) : desk_(desk), recursive_(std::move(recursive)) {}

    bool flow_passes(const std::string& flow);

    /// Nodes that the flow goes on to from `node` within the same turn.
    std::vector<std::string> goes_on_to(const Value& node);

private:
    const DeskSource& desk_;
    std::set<std::string> recursive_;
    std::map<std::string, bool> known_;
};

} // namespace tsunagi::config
