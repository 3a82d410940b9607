// bench_risk CONFIG_DIR [-v] FILE.tsv...: how much danger the rules see, how often they cry wolf, and how long they take.
#include "bot/base/text.h"
#include "server/config/risk_config.h"
#include "tests/bench/risk/labelled.h"

#include <cstdio>
#include <ctime>
#include <map>

namespace {

using namespace tsunagi;
using bench::Figures;
using bench::Labelled;

constexpr double limit_us = 20;  // issue C, for 200 characters at -O2

void print(const std::string& name, const Figures& figures)
{
    std::printf("%-20s high %3d missed %2d | danger %4d missed %3d (recall %5.1f%%, at its level %5.1f%%) | ordinary %4d alarms %3d (%4.1f%%)\n",
                name.c_str(), figures.high, figures.high_missed, figures.danger, figures.danger_missed, 100 * figures.danger_recall(),
                100 * figures.label_recall(), figures.ordinary, figures.false_alarms, 100 * figures.false_alarm_rate());
}

void print_miss(const Labelled& message, const bot::RiskFinding& finding)
{
    std::printf("%s R%d -> R%d [%s]", message.place.c_str(), message.level, finding.level, message.slice.c_str());
    for (const auto& span : finding.spans) std::printf(" %s", span.rule.c_str());
    std::printf("  %s\n", message.text.c_str());
}

void measure(const bot::RiskRules& rules, const std::vector<Labelled>& messages, bool verbose)
{
    Figures all;
    std::map<std::string, Figures> by_slice;
    std::map<std::string, Figures> by_category;
    int category_seen = 0;
    int category_labelled = 0;
    for (const auto& message : messages) {
        const auto finding = bench::judge(rules, message);
        all.count(message.level, finding.level);
        by_slice[message.slice].count(message.level, finding.level);
        for (const auto category : message.categories) {
            by_category[std::string(bot::name_of(category))].count(message.level, finding.level);
            if (message.level < 2) continue;
            ++category_labelled;
            for (const auto found : finding.categories) category_seen += found == category ? 1 : 0;
        }
        const bool wrong = message.level >= 2 ? finding.level < message.level : finding.level > 1;
        if (wrong && verbose) print_miss(message, finding);
    }
    std::printf("\nby slice\n");
    for (const auto& [name, figures] : by_slice) print(name, figures);
    std::printf("\nby category\n");
    for (const auto& [name, figures] : by_category) print(name, figures);
    std::printf("\n");
    print("all", all);
    std::printf("limits: R3/R4 missed 0, danger recall 95%%, false alarms 3%%; right category named %d of %d\n", category_seen, category_labelled);
}

std::size_t characters_of(std::string_view utf8)
{
    std::size_t characters = 0;
    for (std::size_t at = 0; at < utf8.size(); ++characters) next_code_point(utf8, at);
    return characters;
}

/// Microseconds for a message of 200 characters: all texts of danger, or all ordinary ones, joined to that length.
double time_us(const bot::RiskRules& rules, const std::vector<Labelled>& messages, bool danger)
{
    constexpr std::size_t wanted_characters = 200;
    std::vector<std::string> texts(1);
    for (const auto& message : messages) {
        if ((message.level >= 2) != danger) continue;
        if (characters_of(texts.back()) >= wanted_characters) texts.emplace_back();
        texts.back() += message.text + "。";
    }
    const int rounds = 20 + static_cast<int>(20'000 / texts.size());
    int sum = 0;
    std::size_t characters = 0;
    for (const auto& text : texts) characters += characters_of(text);
    const auto begin = std::clock();  // processor time: neighbours on the machine do not count
    for (int round = 0; round < rounds; ++round)
        for (const auto& text : texts) sum += bot::detect(rules, text).level;
    const double took_us = 1e6 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    return sum < 0 ? 0 : took_us * wanted_characters / static_cast<double>(characters * static_cast<std::size_t>(rounds));
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 3) return std::fprintf(stderr, "bench_risk CONFIG_DIR [-v] FILE.tsv...\n"), 2;
    std::vector<config::Problem> problems;
    const auto rules = config::load_risk(argv[1], problems);
    for (const auto& problem : problems) std::printf("%s:%d: %s; %s\n", problem.file.c_str(), problem.line, problem.what.c_str(), problem.mend.c_str());
    if (!rules) return 1;
    const bool verbose = std::string(argv[2]) == "-v";
    std::vector<Labelled> messages;
    for (int at = verbose ? 3 : 2; at < argc; ++at)
        for (auto& message : bench::read_labelled(argv[at])) messages.push_back(std::move(message));
    measure(*rules, messages, verbose);
    for (const bool danger : {false, true})
        std::printf("%.1f us for 200 characters of %s text (limit %.0f us at -O2)\n", time_us(*rules, messages, danger), danger ? "dangerous" : "ordinary", limit_us);
}
