#pragma once
#include "bot/flow/flow.h"
#include "server/config/yaml.h"

#include <map>
#include <string>
#include <vector>

namespace tsunagi::config {

/// A flow's file: the tree with its lines, and what was read from it.
struct FlowSource {
    FlowId id;
    Value root;
    bot::Flow flow;
    bool sound = false; ///< the shape is right; else only its name counts, so that one mistake is told once
};

/// A text of the message catalogue with its place.
struct MessageSource {
    bot::Texts texts;
    Value at; ///< the map of texts; of an overridden one the desk's
};

/// All that a playbook is made from, as it was read.
struct DeskSource {
    DeskId id;
    std::string name;
    std::vector<bot::Language> languages;
    FlowId entry;
    FlowId again;
    std::vector<std::string> stages;
    std::vector<std::string> human_words;
    std::vector<std::string> unknown_words;
    std::vector<std::string> greeting_words;
    std::vector<FlowSource> flows; ///< by file name; no name twice
    std::map<std::string, MessageSource> messages;
    std::string messages_folder; ///< as problems show it
    bool messages_sound = true; ///< every file of messages was read; else what is missing may stand in one that was not

    const FlowSource* flow(const std::string& wanted) const;
    std::vector<std::string> flow_names() const;
};

/// Where a node can lead, with the place that says so.
struct Reference {
    std::string node;
    const Value* at = nullptr; ///< lives in the node's tree
};

/// Every `next` and `otherwise` of a node, of its choices and its branches. `node` must outlive the result.
std::vector<Reference> references(const Value& node);

/// The nodes of a flow as written: name and tree.
const std::vector<Field>& nodes_of(const FlowSource& source);

/// Where the start, or the node `name`, stands; null when there is none.
const Field* node_of(const FlowSource& source, const std::string& name);

/// Whether ways through the flow can be followed: each leads to a node that is there, and there are not too many.
bool is_whole(const FlowSource& source);

/// Whether the person is waited for, or the flow is over: a turn ends at this node.
bool ends_turn(const Value& node);

} // namespace tsunagi::config
