#include "server/config/passing.h"

#include <functional>

namespace tsunagi::config {

std::map<std::string, const Value*> flows_entered(const FlowSource& flow)
{
    std::map<std::string, const Value*> entered;
    for (const auto& node : nodes_of(flow))
        if (const auto* other = node.value.find("go")) entered.emplace(other->text, other);
    return entered;
}

std::set<std::string> recursive_flows(const DeskSource& desk)
{
    std::set<std::string> recursive;
    for (const auto& flow : desk.flows) {
        std::set<std::string> reached;
        std::function<void(const std::string&)> visit = [&](const std::string& name) {
            const auto* source = desk.flow(name);
            if (!source || !reached.insert(name).second) return;
            for (const auto& [next, at] : flows_entered(*source)) visit(next);
        };
        for (const auto& [next, at] : flows_entered(flow)) visit(next);
        if (reached.count(flow.id.text)) recursive.insert(flow.id.text);
    }
    return recursive;
}

bool Passing::flow_passes(const std::string& name)
{
    if (const auto known = known_.find(name); known != known_.end()) return known->second;
    const auto* flow = desk_.flow(name);
    if (!flow || !is_whole(*flow) || recursive_.count(name)) return known_[name] = false;

    bool passes = false;
    std::set<std::string> seen;
    std::function<void(const std::string&)> visit = [&](const std::string& node_name) {
        const auto* node = node_of(*flow, node_name);
        if (!node || !seen.insert(node_name).second) return;
        const Value& value = node->value;
        const auto* go = value.find("go");
        if (value.find("end") || (go && !value.find("next") && flow_passes(go->text))) passes = true;
        for (const auto& next : goes_on_to(value)) visit(next);
    };
    visit(flow->root["start"].text);
    return known_[name] = passes;
}

std::vector<std::string> Passing::goes_on_to(const Value& node)
{
    std::vector<std::string> next;
    const auto* go = node.find("go");
    if (ends_turn(node) || (go && !flow_passes(go->text))) return next;
    for (const auto& reference : references(node)) next.push_back(reference.node);
    return next;
}

} // namespace tsunagi::config
