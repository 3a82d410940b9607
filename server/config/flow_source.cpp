#include "server/config/flow_source.h"

#include "server/config/read_flow.h"

#include <algorithm>

namespace tsunagi::config {

const FlowSource* DeskSource::flow(const std::string& wanted) const
{
    for (const auto& source : flows)
        if (source.id.text == wanted) return &source;
    return nullptr;
}

std::vector<std::string> DeskSource::flow_names() const
{
    std::vector<std::string> names;
    for (const auto& source : flows) names.push_back(source.id.text);
    return names;
}

std::vector<Reference> references(const Value& node)
{
    std::vector<Reference> all;
    const auto add = [&](const Value* target) {
        if (target && target->is_scalar()) all.push_back({target->text, target});
    };
    for (const char* list : {"choices", "branch"}) {
        const auto* arms = node.find(list);
        if (!arms) continue;
        for (const auto& arm : arms->items) add(arm.find("next"));
    }
    add(node.find("next"));
    add(node.find("otherwise"));
    return all;
}

const std::vector<Field>& nodes_of(const FlowSource& source)
{
    static const std::vector<Field> none;
    const auto* nodes = source.root.find("nodes");
    return nodes ? nodes->fields : none;
}

const Field* node_of(const FlowSource& source, const std::string& name)
{
    for (const auto& node : nodes_of(source))
        if (node.key == name) return &node;
    return nullptr;
}

bool is_whole(const FlowSource& source)
{
    if (!source.sound || !node_of(source, source.root["start"].text)) return false;
    const auto& nodes = nodes_of(source);
    if (nodes.size() > bot::flow_nodes_max) return false; // ways are followed by recursion
    return std::all_of(nodes.begin(), nodes.end(), [&](const Field& node) {
        const auto kind = kind_of(node.value);
        const bool goes_on = node.value.find("next") || node.value.find("otherwise");
        if (kind.empty() || (!goes_on && kind != "handoff" && kind != "end" && kind != "go")) return false;
        const auto ways = references(node.value);
        return std::all_of(ways.begin(), ways.end(),
                           [&](const Reference& way) { return node_of(source, way.node) != nullptr; });
    });
}

bool ends_turn(const Value& node) { return node.find("ask") || node.find("handoff") || node.find("end"); }

} // namespace tsunagi::config
