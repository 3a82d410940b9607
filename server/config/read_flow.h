#pragma once
#include "bot/flow/flow.h"
#include "server/config/yaml.h"

namespace tsunagi::config {

/// Reads what a flow's file says. Takes what it understands and leaves out the rest: whether the file is right is told
/// by the schema and the checks.
bot::Flow read_flow(const Value& root);

bot::Texts read_texts(const Value& texts);

/// The kind of a node: the one of say, ask, branch, set, score, guide, handoff, go, end, summary that it has; empty
/// when it has none, or two.
std::string kind_of(const Value& node);

} // namespace tsunagi::config
