// Prints hit@1 and hit@3 per chapter of the booklet, every miss, and the time of a question.
#include "server/config/guide_config.h"
#include "tests/bench/guide/questions.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>

using namespace tsunagi;

namespace {

constexpr int rounds = 20;

void print(const char* what, const bench::GuideScore& score)
{
    const auto share = [&](std::size_t part) { return 100.0 * static_cast<double>(part) / static_cast<double>(std::max<std::size_t>(1, score.asked)); };
    std::printf("%-12s %4zu asked   hit@1 %5.1f %%   hit@3 %5.1f %%\n", what, score.asked, share(score.first), share(score.first_three));
}

void measure(const bot::GuideBook& guide, const bot::GuideIndex& index, const std::string& path)
{
    const auto questions = bench::read_questions(path);
    bench::GuideScore all;
    std::map<int, bench::GuideScore> chapters;
    for (const auto& question : questions) {
        const auto hits = index.search(question.text);
        const auto before = all.first_three;
        bench::count(all, question, hits);
        if (const auto* programme = guide.find(question.accepted.front()))
            bench::count(chapters[programme->categories.front()], question, hits);
        if (all.first_three > before) continue;
        std::printf("missed: %s: %s ->", question.accepted.front().c_str(), question.text.c_str());
        for (std::size_t i = 0; i < hits.size() && i < 3; ++i) std::printf(" %s", hits[i].programme->id.c_str());
        std::printf("\n");
    }
    std::printf("\n%s\n", path.c_str());
    for (const auto& [chapter, score] : chapters) print(("chapter " + std::to_string(chapter)).c_str(), score);
    print("all", all);

    const auto begin = std::chrono::steady_clock::now();
    std::size_t found = 0;
    for (int round = 0; round < rounds; ++round)
        for (const auto& question : questions) found += index.search(question.text).size();
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
    std::printf("%.1f us a question (%zu hits)\n", took.count() / static_cast<double>(rounds * std::max<std::size_t>(1, questions.size())), found);
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 3) {
        std::fprintf(stderr, "usage: bench_guide CONFIG_DIR QUESTIONS.tsv...\n");
        return 2;
    }
    const auto loaded = config::load_guide(argv[1], std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
    for (const auto& problem : loaded.problems)
        std::printf("%s:%d: %s\n", problem.file.c_str(), problem.line, problem.what.c_str());
    const bot::GuideIndex index(loaded.guide);
    for (int i = 2; i < argc; ++i) measure(loaded.guide, index, argv[i]);
    return loaded.ok() ? 0 : 1;
}
