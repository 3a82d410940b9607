// learn_risk CONFIG_DIR [--cross | --mixed] [-o FOLDER] [-r READINGS.tsv] FILE.tsv...: learns the weights of
// likeness.yaml and likeness-pieces-N.yaml, which it writes into FOLDER (config/risk).
//
// Logistic regression over pieces of one to five letters and over the rules that were met: once over all pieces, then again
// over those that said most, because many small weights that are left out would be missed. Everything is seeded, so the
// same messages give the same files. With --cross every group of files (a `+` before a name joins it to the one before)
// is measured by weights learnt from the others: the honest figure for a writer never met; with --mixed an eighth of all
// messages by the rest: the figure for writers like these. Choose the thresholds by both.
#include "bot/risk/likeness.h"
#include "server/config/risk_config.h"
#include "tests/bench/risk/learner.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using namespace tsunagi;
using bench::Document;
using bench::Labelled;
using bench::Learner;
using bench::Readings;

constexpr std::size_t folds = 8;

/// What is left of the rules' level on what reads like an everyday question (direct words are not told apart here).
int calmed_level(int level, double danger, double below) { return danger < (level > 2 ? 2 * below : below) ? std::min(level, 1) : level; }

void cross(const Learner& learner, const std::vector<std::string>& names, double below)
{
    struct Row {
        double danger;
        double high;
        const Document* document;
    };
    std::vector<std::vector<Row>> rows(names.size());
    for (std::size_t group = 0; group < names.size(); ++group) {
        const auto danger = learner.learn_but(group, false, bench::is_danger);
        const auto high = learner.learn_but(group, false, bench::is_high);
        for (const auto& document : learner.documents())
            if (document.group == group && document.weight == 1) rows[group].push_back({danger.score(document), high.score(document), &document});
    }
    std::vector<Row> every;
    for (const auto& some : rows) every.insert(every.end(), some.begin(), some.end());
    rows.push_back(std::move(every));
    for (std::size_t group = 0; group < rows.size(); ++group) {
        std::printf("%s\n", group < names.size() ? names[group].c_str() : "all together");
        for (const double from : {-1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0}) {
            bench::Figures alone;
            bench::Figures with_rules;
            for (const auto& row : rows[group]) {
                const int net = row.danger >= from ? 2 : 0;
                alone.count(row.document->message->level, net);
                with_rules.count(row.document->message->level, std::max(net, calmed_level(row.document->rule_level, row.danger, below)));
            }
            std::printf("  danger from %+.2f: alone %5.1f%% alarms %4.1f%% | with rules %5.1f%% alarms %4.1f%%\n", from, 100 * alone.danger_recall(),
                        100 * alone.false_alarm_rate(), 100 * with_rules.danger_recall(), 100 * with_rules.false_alarm_rate());
        }
        for (const double from : {-2.0, -1.5, -1.0, -0.5, 0.0}) {
            int high = 0;
            int met = 0;
            int middle = 0;
            int raised = 0;
            for (const auto& row : rows[group]) {
                const auto level = row.document->message->level;
                const bool lifted = row.danger >= 0 && row.high >= from;
                if (level >= 3) ++high, met += lifted || row.document->rule_level >= 3 ? 1 : 0;
                if (level == 2) ++middle, raised += lifted || row.document->rule_level >= 3 ? 1 : 0;
            }
            std::printf("  high from %+.2f (danger from 0): R3/R4 met %d of %d, R2 raised %d of %d\n", from, met, high, raised, middle);
        }
        for (const double try_below : {-3.0, -2.0, -1.5, -1.0, -0.5})
            for (const bool urgent : {false, true}) {
                int good = 0;
                int lost = 0;
                int alarms = 0;
                int calmed = 0;
                for (const auto& row : rows[group]) {
                    if (row.document->rule_level < 2 || urgent != (row.document->rule_level > 2)) continue;
                    const bool capped = row.danger < try_below;
                    if (row.document->message->level >= 2) ++good, lost += capped ? 1 : 0;
                    else ++alarms, calmed += capped ? 1 : 0;
                }
                std::printf("  ordinary below %+.2f: calms %d of %d false %s, loses %d of %d true\n", try_below, calmed, alarms, urgent ? "R3/R4" : "R2", lost, good);
            }
    }
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 3) return std::fprintf(stderr, "learn_risk CONFIG_DIR [--cross | --mixed] [-o FOLDER] [-r READINGS.tsv] FILE.tsv...\n"), 2;
    std::vector<config::Problem> problems;
    auto source = config::read_risk(argv[1], problems);
    bot::LikenessSource as_before;
    if (source.likeness) as_before = *source.likeness;
    source.likeness.reset();  // the rules alone
    const auto rules = bot::compile_risk_rules(source);
    for (const auto& problem : problems) std::printf("%s:%d: %s\n", problem.file.c_str(), problem.line, problem.what.c_str());
    if (!problems.empty()) return 1;  // the thresholds would be lost
    if (!rules) {
        for (const auto& mistake : rules.error()) std::printf("%s:%d: %s\n", mistake.file.c_str(), mistake.line, mistake.what.c_str());
        return 1;
    }

    bool crossed = false;
    bool mixed = false;
    std::string out;
    Readings readings;
    std::vector<std::string> names;
    std::vector<std::pair<std::string, std::size_t>> files;
    for (int at = 2; at < argc; ++at) {
        std::string word = argv[at];
        if (word == "--cross") crossed = true;
        else if (word == "--mixed") crossed = mixed = true;
        else if (word == "-o") out = argv[++at];
        else if (word == "-r") readings = bench::read_readings(argv[++at]);
        else {
            const bool joined = word.starts_with('+') && !names.empty();
            if (!joined) names.push_back(word);
            files.emplace_back(word.starts_with('+') ? word.substr(1) : word, names.size() - 1);
        }
    }
    std::vector<std::vector<Labelled>> messages;
    Learner learner(**rules, std::move(readings));
    for (const auto& [file, group] : files) messages.push_back(bench::read_labelled(file));
    std::size_t count = 0;
    for (std::size_t at = 0; at < files.size(); ++at)
        for (const auto& message : messages[at]) learner.add(message, mixed ? count++ % folds : files[at].second);
    if (mixed) {
        names.clear();
        for (std::size_t fold = 0; fold < folds; ++fold) names.push_back("fold " + std::to_string(fold + 1));
    }
    learner.keep_what_was_seen_often();
    learner.keep_what_says_most();
    if (crossed) cross(learner, names, as_before.ordinary_below / 100.0);
    if (!out.empty()) learner.write(out, as_before);
}
