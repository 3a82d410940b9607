#include "server/ops/check.h"

#include "bot/guide/support.h"
#include "server/config/forbidden.h"
#include "server/config/language_gaps.h"
#include "server/ops/closed_days.h"
#include "server/ops/report.h"

#include <algorithm>
#include <iomanip>
#include <iterator>

namespace tsunagi::ops {
namespace {

namespace fs = std::filesystem;

/// How many texts are missing, a row a language, a column a kind of text; nothing when none is.
void print_gaps(const config::LanguageGaps& gaps, std::ostream& out)
{
    constexpr int column = 13;
    const auto has_gap = [](const auto& kind) {
        return std::ranges::any_of(kind.missing, [](const auto& each) { return each.second > 0; });
    };
    if (std::ranges::none_of(gaps.kinds, has_gap)) return;
    out << std::left << std::setw(column) << "missing in";
    for (const auto& kind : gaps.kinds) out << std::setw(column) << kind.name;
    out << '\n';
    for (const auto& language : gaps.languages) {
        out << std::setw(column) << language;
        for (const auto& kind : gaps.kinds)
            out << std::setw(column) << std::to_string(kind.missing.at(language)) + " of " + std::to_string(kind.texts);
        out << '\n';
    }
    out << std::right;
}

} // namespace

int check(const std::filesystem::path& config_dir, std::chrono::sys_days today, std::ostream& out)
{
    auto loaded = config::load(config_dir, config::Purpose::check);
    if (loaded.support) {
        const auto documents = config::check_documents(fs::weakly_canonical(config_dir).parent_path(), loaded.support->hotlines());
        loaded.problems.insert(loaded.problems.end(), documents.begin(), documents.end());
    }
    const auto closed_days = closed_days_that_run_out(config_dir, loaded, today);
    loaded.problems.insert(loaded.problems.end(), closed_days.begin(), closed_days.end());
    const auto errors = print_problems(loaded.problems, out);

    std::vector<Story> stories;
    for (const auto& desk : loaded.desks) {
        auto of_desk = transcripts(loaded, desk.id, (config_dir / "").string());
        std::move(of_desk.begin(), of_desk.end(), std::back_inserter(stories));
    }
    const auto failed = play_and_print(stories, loaded, out);

    print_gaps(config::language_gaps(config_dir), out);
    std::size_t flows = 0;
    for (const auto& [desk, playbook] : loaded.playbooks) flows += playbook->flows.size();
    out << counted(loaded.desks.size(), "desk") << ", " << counted(flows, "flow") << ": " << counted(errors, "error")
        << ", " << counted(loaded.problems.size() - errors, "warning") << "; " << counted(stories.size(), "transcript")
        << ", " << failed << " failed\n";
    return errors == 0 && failed == 0 ? 0 : 1;
}

} // namespace tsunagi::ops
