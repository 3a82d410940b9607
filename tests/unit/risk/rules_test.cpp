// The rules as data: a mistake is told with its place, and a rule that is taken away is missed.
#include "tests/bench/risk/labelled.h"
#include "tests/unit/risk/shipped.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

using namespace tsunagi;
namespace fs = std::filesystem;

namespace {

/// A config folder with one file of rules, removed at the end.
struct Folder {
    fs::path path = fs::temp_directory_path() / ("tsunagi-risk-" + std::to_string(::getpid()));
    explicit Folder(const std::string& rules)
    {
        fs::create_directories(path / "risk");
        std::ofstream(path / "risk" / "rules.yaml") << rules;
    }
    ~Folder()
    {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
};

/// The first problem as `line: what`; empty when the rules load.
std::string first_problem(const std::string& rules)
{
    const Folder folder(rules);
    std::vector<config::Problem> problems;
    const auto loaded = config::load_risk(folder.path, problems);
    CHECK((loaded == nullptr) == !problems.empty());
    if (problems.empty()) return {};
    CHECK(problems.front().file.ends_with("rules.yaml"));
    CHECK_FALSE(problems.front().mend.empty());
    return std::to_string(problems.front().line) + ": " + problems.front().what;
}

std::string rule_with(const std::string& pattern)
{
    return "rules:\n  - id: one\n    category: dv\n    level: 2\n    reason: 試し\n    patterns: |\n      殴られ\n      " + pattern + "\n";
}

const bot::RiskSource& shipped_source()
{
    static const auto source = [] {
        std::vector<config::Problem> problems;
        auto read = config::read_risk("config", problems);
        REQUIRE(problems.empty());
        return read;
    }();
    return source;
}

std::shared_ptr<const bot::RiskRules> compiled(const bot::RiskSource& source)
{
    auto rules = bot::compile_risk_rules(source);
    REQUIRE(rules);
    return *rules;
}

const std::vector<bench::Labelled>& messages()
{
    static const auto all = [] {
        std::vector<bench::Labelled> read;
        for (const auto& entry : fs::directory_iterator("tests/bench/risk/messages"))
            if (entry.path().extension() == ".tsv")
                for (auto& message : bench::read_labelled(entry.path())) read.push_back(std::move(message));
        return read;
    }();
    return all;
}

/// Everyday life in the very images of danger (44), and twins: one in danger, one not, in the same words (48, 51, 57). What they are for is
/// told in tests/bench/risk/README.md.
bool is_written_to_confuse(const bench::Labelled& message)
{
    const auto is_of = [&](const char* lesson) { return message.place.find(lesson) != message.place.npos; };
    return is_of("blind-lesson-44") || is_of("blind-lesson-48") || is_of("blind-lesson-51") || is_of("blind-lesson-57");
}

}  // namespace

TEST_CASE("risk config: what is wrong is told with its line")
{
    CHECK(first_problem(rule_with("蹴られ")).empty());
    CHECK(first_problem(rule_with("(蹴られ")).starts_with("8: "));
    CHECK(first_problem(rule_with("蹴[られ")).starts_with("8: "));
    CHECK(first_problem(rule_with("蹴{nobody}")).starts_with("8: there is no word set {nobody}"));
    CHECK(first_problem(rule_with("-8蹴られ")).starts_with("8: the pattern begins with anything"));
    CHECK(first_problem(rule_with("蹴-99られ")).starts_with("8: a gap says how far"));
    CHECK(first_problem(rule_with("(?<=蹴_40_40_40_40_40_40_40)られ")).starts_with("8: what stands before is looked for in at most 255 letters"));
    CHECK(first_problem("rules:\n  - id: one\n    category: boredom\n    level: 2\n    reason: 試し\n    patterns: 殴られ\n").starts_with("3: "));
    CHECK(first_problem("rules:\n  - id: one\n    level: 7\n    reason: 試し\n    patterns: 殴られ\n").starts_with("3: "));
    CHECK_FALSE(first_problem("rule: []\n").empty());
    CHECK_FALSE(first_problem("rules: [\n").empty());
    CHECK(first_problem("combinations:\n  - {id: both, category: dv, level: 3, reason: 試し, within: message, all: [this, that]}\n").starts_with("2: no rule has"));
}

TEST_CASE("risk config: a learnt weight that is no weight is told with its line")
{
    const auto likeness = [](const std::string& piece) {
        return "likeness:\n  danger-from: 0\n  passage-from: 0\n  story-from: 0\n  elsewhere-lower: 0\n  high-from: 0\n  now-from: 0\n  ordinary-below: -100\n  ordinary-passage-below: 0\n  ordinary-applies: []\n  reason-danger: 似ています\n"
               "  reason-high: 似ています\n  reason-now: 似ています\n  base-danger: 0\n  base-high: 0\n  base-now: 0\n  rules: |\n    one 1 2 3\nlikeness-pieces: |\n  死 10 20 3 suicide:3\n  " + piece + "\n";
    };
    CHECK(first_problem(likeness("殴 5 5 -1 dv:9")).empty());
    CHECK(first_problem(likeness("殴 five 5 1")).starts_with("21: "));
    CHECK(first_problem(likeness("殴 5 5 1 boredom:9")).starts_with("21: "));
    CHECK(first_problem(likeness("殴られました 5 5 1")).starts_with("21: "));
    CHECK(first_problem(likeness("_hits_me_ 5 5 1")).empty());  // words are longer
    CHECK(first_problem(likeness("_hits_me 5 5 1")).starts_with("21: "));
    CHECK(first_problem(likeness("殴 128 5 1")).starts_with("21: "));  // a slot has eight bits
}

TEST_CASE("risk config: every rule has a reason that staff can read")
{
    const auto& rules = tests::shipped_rules();
    for (const auto& rule : shipped_source().rules) {
        CAPTURE(rule.id);
        CHECK_FALSE(bot::reason_of(rules, rule.id).empty());
    }
    CHECK_FALSE(bot::reason_of(rules, "like-danger").empty());
    CHECK_FALSE(bot::reason_of(rules, "like-high-danger").empty());
    CHECK_FALSE(bot::reason_of(rules, "like-danger-now").empty());
    CHECK(bot::reason_of(rules, "no-such-rule").empty());
}

TEST_CASE("risk: the shipped rules keep their floors on the labelled messages")
{
    bench::Figures figures;
    bench::Figures everyday;  // the limit of issue C is of ordinary questions; what is sad or long over (R1) lies nearer to danger
    for (const auto& message : messages()) {
        if (is_written_to_confuse(message)) continue;
        const auto found = bench::judge(tests::shipped_rules(), message).level;
        figures.count(message.level, found);
        if (message.level == 0) everyday.count(0, found);
    }
    CHECK(figures.danger > 1500);
    CHECK(figures.ordinary > 1000);
    CHECK(figures.danger_recall() >= 0.99);
    CHECK(figures.high_missed * 100 <= figures.high);  // 1 %
    CHECK(everyday.false_alarm_rate() <= 0.02);
    CHECK(figures.false_alarm_rate() <= 0.03);
}

TEST_CASE("risk: of messages written to confuse, danger is missed nearly as seldom; the harmless ones cost more alarms")
{
    bench::Figures figures;
    for (const auto& message : messages())
        if (is_written_to_confuse(message)) figures.count(message.level, bench::judge(tests::shipped_rules(), message).level);
    CHECK(figures.danger > 1500);
    CHECK(figures.ordinary > 1500);
    CHECK(figures.danger_recall() >= 0.98);
    CHECK(figures.high_missed * 100 <= figures.high);
    CHECK(figures.false_alarm_rate() <= 0.2);
}

TEST_CASE("risk: what a desk is asked most is danger in none of its languages")
{
    for (const auto& message : bench::read_labelled("tests/bench/risk/messages/core-questions.tsv")) {
        CAPTURE(message.text);
        CHECK(bench::judge(tests::shipped_rules(), message).level <= 1);
    }
}

TEST_CASE("risk: the sentence of a phrase book is danger at its level in each of the desk's languages")
{
    for (const auto& message : bench::read_labelled("tests/bench/risk/messages/phrase-book.tsv")) {
        CAPTURE(message.text);
        CHECK(bench::judge(tests::shipped_rules(), message).level >= message.level);
    }
}

TEST_CASE("risk: each of these rules, taken away, loses messages")
{
    auto source = shipped_source();
    source.likeness.reset();  // the net would catch what a missing rule lets fall
    const auto whole = compiled(source);
    std::map<std::string, std::vector<const bench::Labelled*>> met;
    for (const auto& message : messages())
        if (message.level >= 2)
            for (const auto& id : bot::rules_met(*whole, message.text)) met[id].push_back(&message);

    for (const std::string id : {"die-wish", "die-better", "vanish-wish", "no-will-to-live", "suicide-noun", "die-with-child", "overdose-taken", "hit-by-someone", "weapon-threat",
                                 "danger-now", "hit-child-self", "child-hit-by-other", "sexual-violence", "no-place-tonight", "no-food", "medical-emergency", "watched",
                                 "stalking-word", "kill-wish", "pregnancy-crisis", "violent-partner", "wish-and-soon"}) {
        CAPTURE(id);
        auto without = source;
        // Others may name it: its id stays, what it knows goes.
        for (auto& rule : without.rules)
            if (rule.id == id) rule.patterns.clear();
        std::erase_if(without.combinations, [&](const auto& combination) { return combination.id == id; });
        const auto rest = compiled(without);
        int lost = 0;
        for (const auto* message : met[id]) lost += bench::judge(*rest, *message).level < bench::judge(*whole, *message).level ? 1 : 0;
        CHECK(lost > 0);
    }
}

TEST_CASE("risk: without the net, without idioms, without modifiers the figures fall")
{
    bench::Figures whole;
    bench::Figures no_net;
    bench::Figures no_idioms;
    bench::Figures no_modifiers;
    auto bare = shipped_source();
    bare.likeness.reset();
    auto without_idioms = bare;
    without_idioms.idioms.clear();
    auto without_modifiers = bare;
    without_modifiers.modifiers.clear();
    const auto rules_alone = compiled(bare);
    const auto idioms_gone = compiled(without_idioms);
    const auto modifiers_gone = compiled(without_modifiers);
    for (const auto& message : messages()) {
        whole.count(message.level, bench::judge(tests::shipped_rules(), message).level);
        no_net.count(message.level, bench::judge(*rules_alone, message).level);
        if (message.level >= 2) continue;
        no_idioms.count(message.level, bench::judge(*idioms_gone, message).level);
        no_modifiers.count(message.level, bench::judge(*modifiers_gone, message).level);
    }
    CHECK(no_net.danger_missed > whole.danger_missed + 100);
    CHECK(no_net.false_alarms > whole.false_alarms);
    CHECK(no_idioms.false_alarms > no_net.false_alarms + 10);
    CHECK(no_modifiers.false_alarms > no_net.false_alarms + 10);
}
