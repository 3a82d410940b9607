#include "server/ops/closed_days.h"

#include "handoff/roster/new_year.h"
#include "server/config/problems.h"
#include "server/ops/report.h"

#include <algorithm>

namespace tsunagi::ops {
namespace {

void warn_of(const handoff::OpeningHours& hours, const std::string& file, const std::string& door, std::chrono::sys_days today,
             std::vector<config::Problem>& warnings)
{
    const auto open = handoff::unplanned_new_year(hours, today);
    if (!open) return;
    const auto last = std::ranges::max_element(hours.exceptions, {}, &handoff::OpeningHours::Exception::day);
    const auto known = last == hours.exceptions.end() ? std::string("none is written") : "the last one written is " + day_text(last->day);
    config::Problems(warnings).warning(
        file, 0, "the closed days of " + door + " do not reach over the next New Year (" + known + "): on " + day_text(*open) + " people would be told that somebody reads",
        "write them under exceptions, as \"" + day_text(*open) + "\": closed, or with slots when the desk is open then");
}

}  // namespace

std::vector<config::Problem> closed_days_that_run_out(const std::filesystem::path& config_dir, const config::Loaded& loaded, std::chrono::sys_days today)
{
    std::vector<config::Problem> warnings;
    for (const auto& desk : loaded.desks) {
        const auto file = (config_dir / "desks" / desk.id.text / "desk.yaml").string();
        for (const auto& channel : desk.line_channels) warn_of(channel.hours, file, "the LINE channel " + channel.name, today, warnings);
        if (desk.web_chat.enabled && desk.web_chat.hours) warn_of(*desk.web_chat.hours, file, "the web chat", today, warnings);
    }
    return warnings;
}

}  // namespace tsunagi::ops
