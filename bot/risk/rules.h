#pragma once
#include "bot/risk/likeness.h"
#include "bot/risk/matcher.h"
#include "bot/risk/rule_source.h"

#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

namespace tsunagi::bot {

/// Tags are numbered when rules are compiled; a hit's and a combination's are compared as sets of bits.
constexpr std::size_t tags_max = 512;
using Tags = std::bitset<tags_max>;

/// The compiled rules: immutable, shared by threads. What one owner number in a matcher means: an index into `entries`.
class RiskRules {
public:
    enum class EntryKind : std::uint8_t { rule, modifier };
    struct Entry {
        EntryKind kind = EntryKind::rule;
        std::size_t index = 0;  ///< into rules or modifiers
    };
    struct Rule {
        std::string id;
        std::string reason;
        std::vector<RiskCategory> categories;
        int level = 0;
        bool firm = false;
        Tags tags;      ///< its id, its tags and its categories
        Likeness adds;  ///< to the score of a text that it meets
    };
    struct Modifier {
        ModifierPlace place = ModifierPlace::after;
        int within = 0;
        int cap = 1;
        bool if_everyday = false;
        Tags applies;
    };
    struct Combination {
        std::string id;
        std::string reason;
        std::vector<RiskCategory> categories;
        int level = 0;
        bool one_sentence = false;
        std::vector<Tags> all;  ///< of each one tag is enough
        Tags tags;
        Likeness adds;
    };
    /// The net below the rules (likeness.h); an empty table says nothing.
    struct Net {
        LikenessTable table;
        double danger_from = 0;
        double passage_from = 0;
        double story_from = 0;
        double elsewhere_lower = 0;
        double high_from = 0;
        double now_from = 0;
        double ordinary_below = 0;
        double ordinary_passage_below = 0;
        Tags ordinary_applies;
        std::string danger_id = "like-danger";
        std::string high_id = "like-high-danger";
        std::string now_id = "like-danger-now";
        std::string danger_reason;
        std::string high_reason;
        std::string now_reason;
        std::array<std::vector<RiskCategory>, risk_category_names.size()> categories;  ///< each alone, for hits to point at
    };

    Matcher japanese;
    Matcher latin;
    std::vector<Entry> entries;
    std::vector<Rule> rules;
    std::vector<Modifier> modifiers;
    std::vector<Combination> combinations;
    Net net;
    Tags categories;  ///< which tags are categories: they count from level 2 on
};

}  // namespace tsunagi::bot
