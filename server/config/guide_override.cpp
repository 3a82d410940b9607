#include "server/config/forbidden.h"
#include "server/config/guide_config.h"
#include "server/config/phone_number.h"
#include "server/config/schema.h"

#include <algorithm>

namespace tsunagi::config {
namespace {

namespace fs = std::filesystem;

/// What the desk writes for a text replaces all its languages: a Vietnamese line of another city's window would be
/// wrong.
void lay_over(const Value& root, bot::Programme& programme)
{
    const auto text = [&](const char* key, bot::GuideText& into) {
        if (const auto* value = root.find(key)) into = read_text(*value);
    };
    text("where", programme.where);
    text("bring", programme.bring);
    text("by_when", programme.by_when);
    text("payment_schedule", programme.payment_schedule);
    if (const auto* hotlines = root.find("hotlines")) programme.hotlines = hotlines->words();
    if (const auto* amounts = root.find("amounts")) programme.amounts = read_amounts(*amounts);
    if (const auto* months = root.find("months")) {
        programme.months.clear();
        for (const auto& month : months->items)
            programme.months.push_back(static_cast<int>(month.number().value_or(0)));
    }
    if (const auto* url = root.find("url")) programme.url = url->text;
    programme.confidence = bot::Confidence::a;  // the desk itself says it
    programme.national = true;                  // and has it, where only some cities do
}

}  // namespace

LoadedGuide load_desk_guide(const fs::path& desk_dir, const bot::GuideBook& base, std::chrono::sys_days today,
                            const std::set<std::string>& hotline_ids, const ForbiddenPhrases* forbidden)
{
    LoadedGuide loaded{base, {}};
    Problems problems(loaded.problems);
    std::error_code failed;
    if (!fs::is_directory(desk_dir / "guide", failed)) return loaded;
    std::vector<std::string> ids;
    for (const auto& programme : base.programmes) ids.push_back(programme.id);

    for (const auto& root : read_yaml_folder(desk_dir / "guide", problems)) {
        if (!fits_schema(root, "guide_override", problems)) continue;
        check_references(root["hotlines"], {hotline_ids.begin(), hotline_ids.end()}, "hotline", problems);
        check_dates(root, today, problems);
        check_promises(root, problems);
        find_phone_numbers(root, problems);
        if (forbidden) forbidden->check(root, problems);
        if (root["id"].text != fs::path(root.file()).stem().string())
            problems.error(root["id"], "the id is not the file's name",
                           "write the programme's id, and name the file like it");
        const auto found = std::ranges::find(loaded.guide.programmes, root["id"].text, &bot::Programme::id);
        if (found == loaded.guide.programmes.end())
            problems.error(root["id"],
                           "there is no programme " + in_quotes(root["id"].text) + did_you_mean(root["id"].text, ids),
                           "write the id of a file in config/guide");
        else
            lay_over(root, *found);
    }
    return loaded;
}

}  // namespace tsunagi::config
