#include "server/ops/check.h"

#include "server/ops/report.h"

#include <algorithm>

namespace tsunagi::ops {

int check(const std::filesystem::path& config_dir, std::ostream& out)
{
    const auto loaded = config::load(config_dir, config::Purpose::check);
    const auto errors = print_problems(loaded.problems, out);

    std::vector<Story> stories;
    for (const auto& desk : loaded.desks) {
        auto of_desk = transcripts(loaded, desk.id, (config_dir / "").string());
        std::move(of_desk.begin(), of_desk.end(), std::back_inserter(stories));
    }
    const auto failed = play_and_print(stories, loaded, out);

    std::size_t flows = 0;
    for (const auto& [desk, playbook] : loaded.playbooks) flows += playbook->flows.size();
    out << counted(loaded.desks.size(), "desk") << ", " << counted(flows, "flow") << ": " << counted(errors, "error")
        << ", " << counted(loaded.problems.size() - errors, "warning") << "; " << counted(stories.size(), "transcript")
        << ", " << failed << " failed\n";
    return errors == 0 && failed == 0 ? 0 : 1;
}

} // namespace tsunagi::ops
