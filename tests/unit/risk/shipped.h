#pragma once
#include "bot/risk/detector.h"
#include "server/config/risk_config.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

namespace tsunagi::tests {

/// The rules of the repository's config folder, loaded once.
inline const bot::RiskRules& shipped_rules()
{
    static const auto rules = [] {
        std::vector<config::Problem> problems;
        auto loaded = config::load_risk("config", problems);
        REQUIRE(problems.empty());
        REQUIRE(loaded);
        return loaded;
    }();
    return *rules;
}

inline bot::RiskFinding read(const std::string& text) { return bot::detect(shipped_rules(), text); }
inline int level_of(const std::string& text) { return read(text).level; }

inline bool names(const bot::RiskFinding& finding, bot::RiskCategory category)
{
    return std::find(finding.categories.begin(), finding.categories.end(), category) != finding.categories.end();
}

/// Each of `texts` has a level from `least` to `most`.
inline void check_levels(std::initializer_list<const char*> texts, int least, int most)
{
    for (const char* text : texts) {
        CAPTURE(std::string(text));
        const auto level = level_of(text);
        CHECK(level >= least);
        CHECK(level <= most);
    }
}

}  // namespace tsunagi::tests
