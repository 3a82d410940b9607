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
    if (const auto* guide = node.find("guide")) return spoken(guide->find("text")) + 1;   // and the programmes
    if (const auto* human = node.find("handoff")) return spoken(human->find("text")) + 1; // and her place in line
    return spoken(node.find("end"));
}

/// Whether what she wrote before any question is still held back: it answers the first free-text question at once, so
/// that the turn goes on beyond that question.
enum class Held { no, yes };

bool asks_text(const Value& node) { return node["ask"].text == "text"; }

/// Longest ways of a desk's flows. Rounds that never wait are cut where they close: check_graph tells them.
class Turns {
public:
    explicit Turns(const DeskSource& desk) : desk_(desk), recursive_(recursive_flows(desk)) {}

    Ways from_start(const std::string& name, Held held)
    {
        const auto* flow = followed(name);
        return flow ? from_node(*flow, flow->root["start"].text, held) : Ways{Cost{}, Cost{}};
    }

    Ways from_node(const FlowSource& flow, const std::string& name, Held held)
    {
        const Key key{flow.id.text, name, held};
        if (const auto known = known_.find(key); known != known_.end()) return known->second;
        const auto* node = node_of(flow, name);
        if (!node) return {};
        known_[key] = {}; // met again below: a round
        return known_[key] = walk(flow, node->value, held);
    }

    /// What can follow an answer to this question.
    Ways after_answer(const FlowSource& flow, const Field& ask)
    {
        const bool still_held = !asks_text(ask.value) && held_at_.count({flow.id.text, ask.key});
        Ways ways;
        for (const auto& reference : references(ask.value))
            ways = join(ways, from_node(flow, reference.node, still_held ? Held::yes : Held::no));
        return ways;
    }

    /// What is still said in this turn when an answer inside `name` lets the flow run to its end: the caller goes on
    /// then.
    MaybeCost tail(const std::string& name)
    {
        if (const auto known = tails_.find(name); known != tails_.end()) return known->second;
        const auto* flow = followed(name);
        if (!flow) return std::nullopt;
        MaybeCost longest;
        for (const auto& node : nodes_of(*flow)) {
            if (node.value.find("ask")) longest = larger(longest, after_answer(*flow, node).passes);
            if (const auto* go = node.value.find("go"))
                longest = larger(longest, after(tail(go->text), behind(*flow, node.value, Held::no).passes));
        }
        return tails_[name] = longest;
    }

    /// What follows a `go` once its flow is over.
    Ways behind(const FlowSource& flow, const Value& go, Held held)
    {
        const auto* next = go.find("next");
        return next ? from_node(flow, next->text, held) : Ways{std::nullopt, Cost{}};
    }

    /// Notes the questions that are met while her first words are held back, from the start of `name` on. Returns
    /// whether the flow can end with them still held back.
    bool hold_from(const std::string& name)
    {
        const auto* flow = followed(name);
        return flow && hold_from(*flow, flow->root["start"].text);
    }

private:
    struct Key {
        std::string flow;
        std::string node;
        Held held = Held::no;
        auto operator<=>(const Key&) const = default;
    };

    const FlowSource* followed(const std::string& name) const
    {
        const auto* flow = desk_.flow(name);
        return flow && is_whole(*flow) && !recursive_.count(name) ? flow : nullptr;
    }

    Ways walk(const FlowSource& flow, const Value& node, Held held)
    {
        const MaybeCost own = Cost{messages_of(node), 1};
        if (node.find("end")) return {std::nullopt, own};
        if (held == Held::yes && asks_text(node)) {
            const Ways ways = onward(flow, node, Held::no);
            return {larger(own, after(Cost{0, 1}, ways.ends)), after(Cost{0, 1}, ways.passes)};
        }
        if (ends_turn(node)) return {own, std::nullopt};
        if (const auto* go = node.find("go")) {
            const Ways inner = from_start(go->text, held);
            const Ways next = behind(flow, node, held);
            return {after(own, larger(inner.ends, after(inner.passes, next.ends))),
                    after(own, after(inner.passes, next.passes))};
        }
        const Ways ways = onward(flow, node, held);
        return {after(own, ways.ends), after(own, ways.passes)};
    }

    Ways onward(const FlowSource& flow, const Value& node, Held held)
    {
        Ways ways;
        for (const auto& reference : references(node)) ways = join(ways, from_node(flow, reference.node, held));
        return ways;
    }

    bool hold_from(const FlowSource& flow, const std::string& name)
    {
        const auto* node = node_of(flow, name);
        if (!node || !held_at_.insert({flow.id.text, name}).second) return false;
        if (node->value.find("end")) return true;
        if (asks_text(node->value)) return false;
        const auto* go = node->value.find("go");
        if (go && !hold_from(go->text)) return false;
        if (go && !node->value.find("next")) return true;
        bool ends = false;
        for (const auto& reference : references(node->value)) ends = hold_from(flow, reference.node) || ends;
        return ends;
    }

    const DeskSource& desk_;
    std::set<std::string> recursive_;
    std::set<std::pair<std::string, std::string>> held_at_;
    std::map<Key, Ways> known_;
    std::map<std::string, MaybeCost> tails_;
};

class TurnCheck {
public:
    TurnCheck(const DeskSource& desk, Problems& problems) : desk_(desk), turns_(desk), problems_(problems) {}

    void run()
    {
        for (const auto& start : {desk_.entry, desk_.again}) turns_.hold_from(start.text);
        for (const auto& flow : desk_.flows)
            if (is_whole(flow)) check_flow(flow);
    }

private:
    void check_flow(const FlowSource& flow)
    {
        const int start = flow.root.line_of("start");
        if (flow.id == desk_.entry)
            tell(flow, start, turns_.from_start(flow.id.text, Held::yes).any(), "the flow begins with");
        if (flow.id == desk_.again)
            tell(flow, start, after(Cost{1, 0}, turns_.from_start(flow.id.text, Held::no).any()),
                 "the flow begins, after a welcome to who is back, with");
        for (const auto& node : nodes_of(flow)) {
            if (node.value.find("ask"))
                tell(flow, node.line, turns_.after_answer(flow, node).any(),
                     "an answer to " + in_quotes(node.key) + " leads to");
            if (const auto* go = node.value.find("go"))
                tell(flow, node.line, after(turns_.tail(go->text), turns_.behind(flow, node.value, Held::no).any()),
                     "the last answer inside " + in_quotes(go->text) + " leads to");
        }
    }

    void tell(const FlowSource& flow, int line, const MaybeCost& cost, const std::string& when)
    {
        if (!cost) return;
        if (cost->messages > bot::messages_per_turn_max)
            problems_.error(flow.root.file(), line,
                            when + " " + std::to_string(cost->messages) + " messages at once; LINE takes " +
                                std::to_string(bot::messages_per_turn_max),
                            "join texts that follow each other, or ask something in between");
        if (cost->steps > bot::steps_per_turn_max)
            problems_.error(flow.root.file(), line,
                            when + " " + std::to_string(cost->steps) + " nodes without an answer; the engine walks " +
                                std::to_string(bot::steps_per_turn_max),
                            "join nodes, or ask something in between");
    }

    const DeskSource& desk_;
    Turns turns_;
    Problems& problems_;
};

} // namespace

void check_turns(const DeskSource& desk, Problems& problems) { TurnCheck(desk, problems).run(); }

} // namespace tsunagi::config
