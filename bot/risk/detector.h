#pragma once
#include "bot/base/result.h"
#include "bot/risk/category.h"
#include "bot/risk/rule_source.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tsunagi::bot {

/// A place in a text that made a rule speak. Half open, in code points of the original text.
struct RiskSpan {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::string rule;
    friend bool operator==(const RiskSpan&, const RiskSpan&) = default;
};

/// What a text says about danger (levels: practice.md section 9).
struct RiskFinding {
    int level = 0;                         ///< 0 nothing .. 4 act now
    std::vector<RiskCategory> categories;  ///< in the order of the enum, each once
    std::vector<RiskSpan> spans;           ///< by place; each rule and place once
};

class RiskRules;

/// Compiles rules, or tells every mistake in them. The result never changes and is shared by all threads.
Result<std::shared_ptr<const RiskRules>, std::vector<RiskMistake>> compile_risk_rules(const RiskSource& source);

/// The reason of a rule for staff, in Japanese; empty when there is no such rule.
std::string_view reason_of(const RiskRules& rules, std::string_view rule_id);

/// Reads one text. Pure. Text that is not UTF-8 is read with U+FFFD in place of what is ill-formed.
/// What a conversation's level is, is the caller's: the running maximum, lowered only by a human.
RiskFinding detect(const RiskRules& rules, std::string_view utf8);

/// The ids of all rules that meet a text, in order and each once, also those that are only signs (level 0): what the
/// weights of likeness.h are learnt from.
std::vector<std::string> rules_met(const RiskRules& rules, std::string_view utf8);

/// How much a text is like danger (likeness.h), rules included: for measuring.
struct RiskScore {
    double danger = 0;
    double high = 0;
};
RiskScore likeness_of(const RiskRules& rules, std::string_view utf8);

/// Reads `text` as what follows `previous_texts` (the last few of the same person, newest last): a sentence sent in two
/// messages, or a means named before and a farewell now. Only what touches `text` counts; spans are in `text`.
RiskFinding detect_in_context(const RiskRules& rules, const std::vector<std::string>& previous_texts, std::string_view text);

}  // namespace tsunagi::bot
