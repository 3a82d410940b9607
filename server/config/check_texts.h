#pragma once
#include "server/config/yaml.h"

#include <set>
#include <string>
#include <vector>

namespace tsunagi::config {

/// What a text must be like.
struct TextRules {
    std::vector<std::string> languages;            ///< each must be there
    /// What else may be there: languages that the catalogue of messages speaks and the desk does not, so that a desk of two languages keeps
    /// the flows it was copied from as they are. Null: any.
    const std::set<std::string>* unspoken = nullptr;
    bool label = false;                            ///< a button: short, on one line, without blanks
    bool may_be_absent = false;                    ///< no language at all is fine, too
    const std::set<std::string>* blanks = nullptr; ///< what fills {name}; null: not checked
};

/// Checks `texts` (a map language -> text) that stands at `line` in its file.
void check_text(const Value& texts, int line, const TextRules& rules, Problems& problems);

/// The blanks `{name}` of a text, in order. Braces around anything but a name are text.
std::vector<std::string> blanks_of(const std::string& text);

} // namespace tsunagi::config
