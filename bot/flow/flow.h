#pragma once
#include "bot/base/ids.h"
#include "bot/conversation/conversation.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace tsunagi::bot {

/// One text in each language of the desk. The checker makes sure that every desk language is there.
using Texts = std::map<Language, std::string>;

// Limits of a flow, held by the checker and by the engine. A flow beyond them is a mistake, not a need.
constexpr std::size_t flow_nodes_max = 500;
constexpr std::size_t flow_choices_max = 13;        ///< LINE shows 13 quick replies (facts.md 86)
constexpr std::size_t steps_per_turn_max = 50;      ///< nodes walked for one inbound; stops a loop the checker missed
constexpr std::size_t messages_per_turn_max = 5;    ///< LINE takes five messages a request
constexpr std::size_t flow_depth_max = 5;           ///< sub-flows within sub-flows
constexpr std::uint32_t ask_attempts_max = 2;       ///< asked again at most twice, then a human is offered

struct Say {
    Texts texts;
    NodeId next;
};

enum class AskKind : std::uint8_t { text, choice, choices, number, date, age };
struct Choice {
    std::string id;
    Texts labels;                      ///< at most 20 grapheme clusters each
    std::vector<std::string> also;     ///< other words understood as this choice, any language
    NodeId next;                       ///< empty: the ask's own next
    std::optional<Language> language;  ///< choosing it also switches the conversation's language
    std::vector<std::string> folded = {};  ///< id, labels and also as keys (words.h), sorted; filled by `prepare`
};
struct Ask {
    AskKind kind = AskKind::text;
    Texts texts;
    Texts again;          ///< said when the answer was not understood; empty: the catalogue's `ask.again.<kind>`
    std::string save;     ///< name of the answer; empty: not kept
    std::vector<Choice> choices;
    bool optional = false;  ///< offers 「答えない」 and accepts it
    bool unknown = false;   ///< choice and choices: offers 「わからない」 (typed, it is accepted even without)
    double minimum = 0;     ///< number and age, inclusive
    double maximum = 0;     ///< both 0: no bounds (age: 0 to 130)
    NodeId next;
};

/// One condition on the answers: `is` any of these values (of several chosen, any of them), or merely `given`
/// (`unknown` counts as given). Neither: holds when the answer is not given.
struct Condition {
    std::string answer;
    std::vector<std::string> is;
    bool given = false;
};
struct Branch {
    struct Arm {
        std::vector<Condition> when;  ///< all must hold
        NodeId next;
    };
    std::vector<Arm> arms;
    NodeId otherwise;
};

struct Set {
    std::vector<Answer> values;
    NodeId next;
};

/// Adds up points for answers and gives one of the desk's stages (YOK-09).
struct Score {
    struct Points {
        Condition when;
        double points = 0;
    };
    std::vector<Points> points;
    struct Stage {
        double from = 0;   ///< the highest stage whose `from` is reached
        std::string stage;
    };
    std::vector<Stage> stages;
    std::string save = "stage";
    NodeId next;
};

/// Offers programmes that fit the answers (bot/flow/offer.h), then goes on; without any it says so kindly.
struct Guide {
    std::vector<std::string> programmes;  ///< ids that the desk offers here, before other matching ones
    Texts texts;                        ///< said before the cards
    NodeId next;
    std::string question_answer = {};   ///< the answer that holds a question in her words: its hits are offered instead
    bool more = false;                  ///< what fits next, not what she has been shown
};

struct Handoff {
    std::string reason;
    std::vector<std::string> skills;
    Priority priority = Priority::normal;
    Texts texts;  ///< said before the place in line; may be empty
};

struct Go {
    FlowId flow;
    NodeId next;  ///< where to go on after the sub-flow ends; empty: end too
};
struct End {
    Texts texts;
};
/// Reads the answers back: each with its title, in the person's language (KAN-19: what the counselor will see).
struct Summary {
    Texts before;
    std::map<std::string, Texts> titles;  ///< answer name -> title
    Texts after;
    NodeId next;
};

using NodeBody = std::variant<Say, Ask, Branch, Set, Score, Guide, Handoff, Go, End, Summary>;

struct Node {
    NodeId id;
    NodeBody body;
    int line = 0;  ///< in its file, for messages
};

struct Flow {
    FlowId id;
    std::string title;
    std::string file;
    NodeId start;
    std::unordered_map<NodeId, Node> nodes;
};

/// The texts that do not belong to one flow (`config/messages/*.yaml`): key -> text per language. Blanks are `{name}`.
using Catalogue = std::unordered_map<std::string, Texts>;

/// The small words by which a written language is known (written_language.h), each with the languages, by their place in
/// Playbook::languages, that have it.
struct LanguageWords {
    std::unordered_map<std::string, std::vector<std::size_t>> latin;  ///< a-z without marks: stand alone
    std::vector<std::pair<std::string, std::size_t>> other;           ///< of other letters: anywhere in a text
};

class RiskRules;  // bot/risk/detector.h
class Support;    // bot/guide/support.h

/// All flows and messages of a desk at one version. Immutable once built; shared by all threads.
struct Playbook {
    DeskId desk;
    PlaybookVersion version;
    std::vector<Language> languages;  ///< first is the desk's default
    FlowId entry;                     ///< the flow of a first contact
    FlowId again;                     ///< the flow of someone who comes back later; empty: `entry`
    std::unordered_map<FlowId, Flow> flows;
    Catalogue messages;
    std::vector<std::string> human_words;  ///< 「人と話したい」 and its kin: always lead to a human
    std::vector<std::string> unknown_words;  ///< 「わからない」 and its kin: always an accepted answer
    std::vector<std::string> greeting_words; ///< 「こんにちは」 and its kin: not kept as the first free-text answer
    std::string desk_name;
    // Always the current ones, whatever version of the flows a conversation goes on with: danger and numbers do not age.
    std::shared_ptr<const RiskRules> risk = {};   ///< null: nothing is detected (tests of flows)
    std::shared_ptr<const Support> support = {};  ///< programmes and hotlines; null: none are offered

    // Filled by `prepare` from the fields above.
    std::string short_version = {};  ///< the first 8 characters of `version`: fits into every button's data
    std::vector<std::string> human_folded;
    std::vector<std::string> unknown_folded;
    std::vector<std::string> greeting_folded;
    std::vector<std::string> skip_folded = {};  ///< what the button 「答えない」 says, typed
    std::vector<std::string> done_folded = {};  ///< what the button 「これで全部です」 says, typed
    std::vector<std::string> yes_folded = {};   ///< the words that the catalogue's `answer.yes` lists, in every language
    std::vector<std::string> no_folded = {};
    std::map<std::string, Language, std::less<>> language_folded = {};  ///< what names a language (any_time.h), typed
    LanguageWords language_words = {};
    /// Messages that are also understood when typed, as keys (words.h) for each language.
    std::map<std::string, std::map<Language, std::vector<std::string>>, std::less<>> message_folded = {};
};

/// Computes once what the engine would compute for every inbound: folded words and `short_version`. Whoever builds a
/// playbook calls it last, before the playbook is shared. Calling it again gives the same playbook.
void prepare(Playbook& playbook);

}  // namespace tsunagi::bot
