#pragma once
#include "bot/risk/category.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tsunagi::bot {

// The rules as they are written in config/risk, before they are compiled. `line` and `file` are only carried along, so
// that a mistake can be told with its place.

/// One pattern (its language: pattern.h).
struct PatternSource {
    std::string text;
    std::string file;
    int line = 0;
};

/// A set of words that patterns name as {name}.
struct WordSetSource {
    std::string name;
    PatternSource pattern;
};

/// How else a part of a word is written, in every Japanese pattern: 殴 is なぐ, too.
struct SpellingSource {
    std::string written;
    PatternSource also;
};

/// How Latin-script patterns are matched: on letters without marks and with word borders.
enum class RiskScript : std::uint8_t { japanese, latin };

/// What is dangerous to say. Level 0: no danger by itself, only a sign that combinations ask for.
struct RuleSource {
    std::string id;
    std::vector<RiskCategory> categories;
    int level = 0;
    std::string reason;            ///< Japanese, shown to staff beside the span
    std::vector<std::string> tags; ///< what combinations call it, beside its id and its categories
    RiskScript script = RiskScript::japanese;
    bool firm = false;             ///< no modifier lowers it: it already says what it means
    std::vector<PatternSource> patterns;
};

/// Words that only look like danger. Their span is taken out, and the rest of the message is read again.
struct IdiomSource {
    std::string id;
    RiskScript script = RiskScript::japanese;
    std::vector<PatternSource> patterns;
};

/// Where a modifier must stand to change a danger word.
enum class ModifierPlace : std::uint8_t { after, before, sentence, message };

/// Negation, past, somebody's report, fiction ...: caps the level of what it stands beside. Never removes it.
struct ModifierSource {
    std::string id;
    ModifierPlace place = ModifierPlace::after;
    int within = 0;                ///< code points between the two, for `after` and `before`
    int cap = 1;                   ///< the level that is left
    std::vector<std::string> applies;  ///< tags or categories or rule ids it lowers
    RiskScript script = RiskScript::japanese;
    bool if_everyday = false;      ///< counts only where the net (likeness.h) hears everyday life, too: a sign that proves nothing by itself
    std::vector<PatternSource> patterns;
};

/// Things that are more together than alone: `all` of these tags in one sentence or one message.
struct CombinationSource {
    std::string id;
    std::vector<RiskCategory> categories;
    int level = 0;
    std::string reason;
    bool one_sentence = false;
    std::vector<std::string> all;  ///< each: tags, one of which is enough, parted by `|`
    PatternSource place;           ///< only file and line
};

/// What the net below the rules goes by (likeness.h): learnt weights, and from which score on they speak.
struct LikenessSource {
    /// A file's lines each, every line `letters danger high now category:weight...`, tenths. Not parted into lines here: hundreds of
    /// thousands of small strings would be most of what the server takes.
    std::vector<PatternSource> pieces;
    std::vector<PatternSource> rules;   ///< each `rule danger high now`: what a rule that was met adds
    int base_danger = 0;                ///< all in hundredths
    int base_high = 0;
    int base_now = 0;
    int danger_from = 0;                ///< R2 from this score on
    int passage_from = 0;               ///< R2 from this score on, of some clauses together and a part of the whole text's
    int story_from = 0;                 ///< R2 from this score of a whole story on: a long text of several clauses
    int elsewhere_lower = 0;            ///< by how much danger_from and story_from are lower in other languages than Japanese, of which less was learnt
    int high_from = 0;                  ///< R3 from this score on, when the text is danger at all
    int now_from = 0;                   ///< R4 from this score on, when the text is R3
    int ordinary_below = 0;             ///< below, rules tagged in `ordinary_applies` are capped at R1; R3 and R4 below twice this
    int ordinary_passage_below = 0;     ///< and only where every passage around them scores below this
    std::vector<std::string> ordinary_applies;
    std::string reason_danger;          ///< Japanese, shown to staff
    std::string reason_high;
    std::string reason_now;
    PatternSource place;                ///< only file and line
};

struct RiskSource {
    std::vector<SpellingSource> spellings;
    std::vector<WordSetSource> words;
    std::vector<RuleSource> rules;
    std::vector<IdiomSource> idioms;
    std::vector<ModifierSource> modifiers;
    std::vector<CombinationSource> combinations;
    std::optional<LikenessSource> likeness;
};

/// Why a source does not compile.
struct RiskMistake {
    std::string file;
    int line = 0;
    std::string what;
    std::string mend;
};

}  // namespace tsunagi::bot
