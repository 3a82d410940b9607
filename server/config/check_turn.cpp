#include "server/config/check.h"
#include "server/config/passing.h"

#include <algorithm>
#include <functional>

namespace tsunagi::config {
namespace {

/// What one turn costs at most: messages that go out together, and nodes walked. Nothing: there is no such way.
struct Cost {
    std::size_t messages = 0;
    std::size_t steps = 0;
};
using MaybeCost = std::optional<Cost>;

MaybeCost larger(const MaybeCost& a, const MaybeCost& b)
{
    if (!a || !b) return a ? a : b;
    return Cost{std::max(a->messages, b->messages), std::max(a->steps, b->steps)};
}

MaybeCost after(const MaybeCost& first, const MaybeCost& then)
{
    if (!first || !then) return std::nullopt;
    return Cost{first->messages + then->messages, first->steps + then->steps};
}

/// What can come of going on from somewhere: the turn ends inside (she is asked, or handed over), or the flow is over
/// and its caller goes on.
struct Ways {
    MaybeCost ends;
    MaybeCost passes;

    MaybeCost any() const { return larger(ends, passes); }
};

Ways join(const Ways& a, const Ways& b) { return {larger(a.ends, b.ends), larger(a.passes, b.passes)}; }

std::size_t spoken(const Value* texts) { return texts && !texts->fields.empty() ? 1 : 0; }

/// Messages that a node itself sends.
std::size_t messages_of(const Value& node)
{
    if (node.find("say") || node.find("ask") || node.find("summary")) return 1;
    if (const auto* guide = node.find("guide")) return spoken(guide->find("text")) + 1;    // and the programmes
    if (const auto* human = node.find("handoff")) return spoken(human->find("text")) + 1;  // and her place in line
    return spoken(node.find("end"));
}

/// Longest ways of a desk's flows. Rounds that never wait are cut where they close: check_graph tells them.
class Turns {
public:
    explicit Turns(const DeskSource& desk) : desk_(desk), recursive_(recursive_flows(desk)) {}

    Ways from_start(const std::string& name)
    {
        const auto* flow = desk_.flow(name);
        if (!flow || !flow->sound || recursive_.count(name)) return {Cost{}, Cost{}};
        return from_node(*flow, flow->root["start"].text);
    }

    Ways from_node(const FlowSource& flow, const std::string& name)
    {
        const Key key{flow.id.text, name};
        if (const auto known = known_.find(key); known != known_.end()) return known->second;
        const auto* node = node_of(flow, name);
        if (!node) return {};
        known_[key] = {};  // met again below: a round
        return known_[key] = walk(flow, node->value);
    }

    /// What is still said in this turn when an answer inside `name` lets the flow run to its end: the caller goes on then.
    MaybeCost tail(const std::string& name)
    {
        if (const auto known = tails_.find(name); known != tails_.end()) return known->second;
        const auto* flow = desk_.flow(name);
        if (!flow || !flow->sound || recursive_.count(name)) return std::nullopt;
        MaybeCost longest;
        for (const auto& node : nodes_of(*flow)) {
            if (node.value.find("ask"))
                for (const auto& reference : references(node.value)) longest = larger(longest, from_node(*flow, reference.node).passes);
            if (const auto* go = node.value.find("go")) longest = larger(longest, after(tail(go->text), behind(*flow, node.value).passes));
        }
        return tails_[name] = longest;
    }

    /// What follows a `go` once its flow is over.
    Ways behind(const FlowSource& flow, const Value& go)
    {
        const auto* next = go.find("next");
        return next ? from_node(flow, next->text) : Ways{std::nullopt, Cost{}};
    }

private:
    using Key = std::pair<std::string, std::string>;

    Ways walk(const FlowSource& flow, const Value& node)
    {
        const MaybeCost own = Cost{messages_of(node), 1};
        if (node.find("end")) return {std::nullopt, own};
        if (ends_turn(node)) return {own, std::nullopt};
        if (const auto* go = node.find("go")) {
            const Ways inner = from_start(go->text);
            const Ways next = behind(flow, node);
            return {after(own, larger(inner.ends, after(inner.passes, next.ends))), after(own, after(inner.passes, next.passes))};
        }
        Ways ways;
        for (const auto& reference : references(node)) ways = join(ways, from_node(flow, reference.node));
        return {after(own, ways.ends), after(own, ways.passes)};
    }

    const DeskSource& desk_;
    std::set<std::string> recursive_;
    std::map<Key, Ways> known_;
    std::map<std::string, MaybeCost> tails_;
};

class TurnCheck {
public:
    TurnCheck(const DeskSource& desk, Problems& problems) : desk_(desk), turns_(desk), problems_(problems) {}

    void run()
    {
        for (const auto& flow : desk_.flows)
            if (flow.sound) check_flow(flow);
    }

private:
    void check_flow(const FlowSource& flow)
    {
        if (flow.id == desk_.entry || flow.id == desk_.again) tell(flow, flow.root.line_of("start"), turns_.from_start(flow.id.text).any(), "the flow begins with");
        for (const auto& node : nodes_of(flow)) {
            if (node.value.find("ask")) {
                MaybeCost longest;
                for (const auto& reference : references(node.value)) longest = larger(longest, turns_.from_node(flow, reference.node).any());
                tell(flow, node.line, longest, "an answer to " + in_quotes(node.key) + " leads to");
            }
            if (const auto* go = node.value.find("go"))
                tell(flow, node.line, after(turns_.tail(go->text), turns_.behind(flow, node.value).any()), "the last answer inside " + in_quotes(go->text) + " leads to");
        }
    }

    void tell(const FlowSource& flow, int line, const MaybeCost& cost, const std::string& when)
    {
        if (!cost) return;
        if (cost->messages > bot::messages_per_turn_max)
            problems_.error(flow.root.file(), line, when + " " + std::to_string(cost->messages) + " messages at once; LINE takes " + std::to_string(bot::messages_per_turn_max),
                            "join texts that follow each other, or ask something in between");
        if (cost->steps > bot::steps_per_turn_max)
            problems_.error(flow.root.file(), line, when + " " + std::to_string(cost->steps) + " nodes without an answer; the engine walks " + std::to_string(bot::steps_per_turn_max),
                            "join nodes, or ask something in between");
    }

    const DeskSource& desk_;
    Turns turns_;
    Problems& problems_;
};

}  // namespace

void check_turns(const DeskSource& desk, Problems& problems)
{
    TurnCheck(desk, problems).run();
}

}  // namespace tsunagi::config
