#pragma once
#include "server/config/flow_source.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace tsunagi::config {

/// What an answer can be, over all flows of a desk: answers live as long as the conversation.
struct AnswerValues {
    std::set<std::string> values;
    bool anything = false; ///< also what she writes herself
};

using Answers = std::map<std::string, AnswerValues>;

/// Every answer that some ask saves, some set sets or some score keeps.
Answers answers_of(const DeskSource& desk);

/// Their names.
std::vector<std::string> names_of(const Answers& answers);

} // namespace tsunagi::config
