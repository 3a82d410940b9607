// scenario CONFIG_DIR STORIES_DIR [NAME…]: checks the config with the transcripts of its flows, then plays every story
// (or those whose file has NAME in it), prints each failure as people would have lived it, and a line of totals. Exit
// code 1 when one failed or could not be read.
#include "server/ops/check.h"
#include "server/ops/report.h"

#include <algorithm>
#include <iostream>

namespace {

namespace fs = std::filesystem;
using namespace tsunagi;

bool is_wanted(const std::string& file, const std::vector<std::string>& names)
{
    return names.empty() || std::any_of(names.begin(), names.end(),
                                        [&](const std::string& name) { return file.find(name) != std::string::npos; });
}

std::vector<fs::path> story_files(const fs::path& folder, const std::vector<std::string>& names)
{
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().extension() == ".yaml" && is_wanted(entry.path().filename().string(), names))
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 3) {
        std::cerr << "usage: scenario CONFIG_DIR STORIES_DIR [NAME...]\n";
        return 2;
    }
    const auto loaded = config::load(argv[1], config::Purpose::check);
    const auto files = story_files(argv[2], {argv + 3, argv + argc});
    const bool config_holds = ops::check(argv[1], std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()), std::cout) == 0;
    std::vector<config::Problem> problems;
    std::vector<ops::Story> stories;
    for (const auto& file : files)
        if (auto story = ops::read_story(file, loaded, problems)) stories.push_back(std::move(*story));

    const auto errors = ops::print_problems(problems, std::cout);
    const auto failed = ops::play_and_print(stories, loaded, std::cout);
    std::cout << "scenario: " << stories.size() << " stories"
              << ", " << failed << " failed, " << ops::counted(errors, "error") << '\n';
    return config_holds && errors == 0 && failed == 0 && !stories.empty() ? 0 : 1;
}
