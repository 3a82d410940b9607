#include "server/config/check.h"
#include "server/config/passing.h"

#include <algorithm>
#include <functional>

namespace tsunagi::config {
namespace {

using Names = std::set<std::string>;

const std::string way_out; ///< stands for the outside of a flow; no node has an empty name

/// Everything that can be reached from `from` by `next_of`.
Names reach(const std::string& from, const std::function<std::vector<std::string>(const std::string&)>& next_of)
{
    Names reached;
    std::vector<std::string> waiting{from};
    while (!waiting.empty()) {
        const std::string name = waiting.back();
        waiting.pop_back();
        if (!reached.insert(name).second) continue;
        for (const auto& next : next_of(name)) waiting.push_back(next);
    }
    return reached;
}

std::vector<std::string> targets(const FlowSource& flow, const std::string& name)
{
    std::vector<std::string> names;
    const auto* node = node_of(flow, name);
    if (!node) return names;
    for (const auto& reference : references(node->value))
        if (node_of(flow, reference.node)) names.push_back(reference.node);
    return names;
}

bool is_way_out(const Value& node)
{
    return node.find("handoff") || node.find("end") || (node.find("go") && !node.find("next"));
}

void check_reach(const FlowSource& flow, Problems& problems)
{
    const auto start = flow.root["start"].text;
    std::map<std::string, std::vector<std::string>> onward;
    std::map<std::string, std::vector<std::string>> backward;
    for (const auto& node : nodes_of(flow)) {
        onward[node.key] = targets(flow, node.key);
        for (const auto& next : onward[node.key]) backward[next].push_back(node.key);
        if (is_way_out(node.value)) backward[way_out].push_back(node.key);
    }
    const Names reached = reach(start, [&](const std::string& name) { return onward[name]; });
    const Names leads_out = reach(way_out, [&](const std::string& name) { return backward[name]; });
    for (const auto& node : nodes_of(flow)) {
        if (!reached.count(node.key))
            problems.error(flow.root.file(), node.line, "no way leads to the node " + in_quotes(node.key),
                           "let a `next` lead to it, or take it out");
        else if (!leads_out.count(node.key))
            problems.error(flow.root.file(), node.line,
                           "from the node " + in_quotes(node.key) + " no way leads to an end or a human",
                           "let one of its ways come to an `end` or a `handoff`");
    }
}

/// Finds rounds that are walked without ever waiting for her, each told once, at its node that is written first.
class LoopSearch {
public:
    LoopSearch(const FlowSource& flow, Passing& passing, Problems& problems)
        : flow_(flow), passing_(passing), problems_(problems)
    {
    }

    void run()
    {
        for (const auto& node : nodes_of(flow_)) visit(node.key);
    }

private:
    void visit(const std::string& name)
    {
        const auto* node = node_of(flow_, name);
        if (!node || done_.count(name)) return;
        if (const auto begin = std::find(way_.begin(), way_.end(), name); begin != way_.end())
            return tell({begin, way_.end()});
        way_.push_back(name);
        for (const auto& next : passing_.goes_on_to(node->value)) visit(next);
        way_.pop_back();
        done_.insert(name);
    }

    void tell(const std::vector<std::string>& round)
    {
        std::string shown;
        int line = 0;
        for (const auto& name : round) {
            shown += name + " → ";
            const int at = node_of(flow_, name)->line;
            line = line == 0 ? at : std::min(line, at);
        }
        problems_.error(flow_.root.file(), line, "a loop that never waits for an answer: " + shown + round.front(),
                        "put an `ask` into it, or lead one of its ways out");
    }

    const FlowSource& flow_;
    Passing& passing_;
    Problems& problems_;
    std::vector<std::string> way_;
    Names done_;
};

/// How many flows deep each flow leads; a flow itself counts as none. Only when none comes back into itself.
class Depths {
public:
    explicit Depths(const DeskSource& desk) : desk_(desk) {}

    std::size_t below(const FlowSource& flow)
    {
        if (const auto known = known_.find(flow.id.text); known != known_.end()) return known->second;
        std::size_t deepest = 0;
        for (const auto& node : nodes_of(flow)) {
            const auto* go = node.value.find("go");
            const auto* other = go ? desk_.flow(go->text) : nullptr;
            const std::size_t comes_back =
                node.value.find("next") ? 1 : 0; // without next there is nothing to come back to
            if (other) deepest = std::max(deepest, comes_back + below(*other));
        }
        return known_[flow.id.text] = deepest;
    }

private:
    const DeskSource& desk_;
    std::map<std::string, std::size_t> known_;
};

/// Told at every `go` that closes the round.
void check_recursion(const DeskSource& desk, const FlowSource& flow, Problems& problems)
{
    const auto entered_from = [&](const std::string& name) {
        std::vector<std::string> names;
        if (const auto* source = desk.flow(name))
            for (const auto& [next, at] : flows_entered(*source)) names.push_back(next);
        return names;
    };
    for (const auto& [name, at] : flows_entered(flow))
        if (reach(name, entered_from).count(flow.id.text))
            problems.error(*at, "the flow " + in_quotes(flow.id.text) + " comes back into itself by `go`",
                           "let a flow end before it is run again, or ask again inside one flow");
}

void check_depth(const FlowSource& flow, Depths& depths, Problems& problems)
{
    const auto depth = depths.below(flow);
    if (depth <= bot::flow_depth_max) return;
    problems.error(flow.root.file(), flow.root.line_of("flow"),
                   "flows within flows, " + std::to_string(depth) + " deep; the engine goes " +
                       std::to_string(bot::flow_depth_max) + " deep",
                   "join some of them");
}

/// Only when every file was read and every `go` leads somewhere: else the way to a flow may be the one that is broken.
void check_flows_used(const DeskSource& desk, Problems& problems)
{
    Names used{desk.entry.text, desk.again.text};
    for (const auto& flow : desk.flows) {
        if (!flow.root.is_map()) return;
        for (const auto& [name, at] : flows_entered(flow)) used.insert(name);
    }
    if (!std::all_of(used.begin(), used.end(), [&](const std::string& name) { return desk.flow(name) != nullptr; }))
        return;
    for (const auto& flow : desk.flows)
        if (!used.count(flow.id.text))
            problems.warning(flow.root.file(), flow.root.line_of("flow"),
                             "no way leads to the flow " + in_quotes(flow.id.text),
                             "let a `go` lead to it, or take the file out");
}

} // namespace

void check_graph(const DeskSource& desk, Problems& problems)
{
    const Names recursive = recursive_flows(desk);
    Passing passing(desk, recursive);
    Depths depths(desk);
    for (const auto& flow : desk.flows) {
        if (!flow.sound) continue;
        if (is_whole(flow)) { // what is broken is told by check_flows; all that hangs on it would be told here
            check_reach(flow, problems);
            LoopSearch(flow, passing, problems).run();
        }
        recursive.empty() ? check_depth(flow, depths, problems) : check_recursion(desk, flow, problems);
    }
    check_flows_used(desk, problems);
}

} // namespace tsunagi::config
