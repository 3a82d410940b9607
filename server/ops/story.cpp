#include "server/ops/story.h"

#include "server/config/schema.h"

#include <charconv>
#include <fstream>
#include <iterator>

namespace tsunagi::ops {
namespace {

std::optional<int> digits(std::string_view text)
{
    int number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool all = !text.empty() && read.ec == std::errc{} && read.ptr == text.data() + text.size() &&
                     text.find_first_not_of("0123456789") == text.npos;
    return all ? std::optional(number) : std::nullopt;
}

/// `+09:00`, `-03:30` or `Z`.
std::optional<std::chrono::minutes> read_offset(std::string_view text)
{
    if (text == "Z") return std::chrono::minutes{0};
    if (text.size() != 6 || text[3] != ':' || (text[0] != '+' && text[0] != '-')) return std::nullopt;
    const auto hours = digits(text.substr(1, 2));
    const auto minutes = digits(text.substr(4));
    if (!hours || !minutes || *minutes > 59) return std::nullopt;
    const std::chrono::minutes offset{*hours * 60 + *minutes};
    return text[0] == '-' ? -offset : offset;
}

std::optional<Milliseconds> unit(char letter)
{
    switch (letter) {
    case 's':
        return std::chrono::seconds{1};
    case 'm':
        return std::chrono::minutes{1};
    case 'h':
        return std::chrono::hours{1};
    case 'd':
        return std::chrono::days{1};
    default:
        return std::nullopt;
    }
}

} // namespace

std::optional<TimePoint> read_instant(const std::string& text)
{
    const std::string_view view = text;
    if (view.size() < 17 || view[4] != '-' || view[7] != '-' || view[10] != 'T' || view[13] != ':') return std::nullopt;
    const auto year = digits(view.substr(0, 4));
    const auto month = digits(view.substr(5, 2));
    const auto day = digits(view.substr(8, 2));
    const auto hour = digits(view.substr(11, 2));
    const auto minute = digits(view.substr(14, 2));
    const bool with_seconds = view[16] == ':' && view.size() > 19;
    const auto second = with_seconds ? digits(view.substr(17, 2)) : 0;
    const auto offset = read_offset(view.substr(with_seconds ? 19 : 16));
    if (!year || !month || !day || !hour || !minute || !second || !offset) return std::nullopt;
    if (*hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    return TimePoint{std::chrono::sys_days{date}} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
           std::chrono::seconds{*second} - *offset;
}

std::optional<Milliseconds> read_duration(const std::string& text)
{
    Milliseconds total{0};
    std::string_view rest = text;
    while (!rest.empty()) {
        const auto letters = rest.find_first_not_of("0123456789");
        if (letters == rest.npos || letters == 0) return std::nullopt;
        const auto count = digits(rest.substr(0, letters));
        const auto each = unit(rest[letters]);
        if (!count || !each) return std::nullopt;
        total += *count * *each;
        rest.remove_prefix(letters + 1);
        if (rest.starts_with(' ')) rest.remove_prefix(1);
    }
    return text.empty() ? std::nullopt : std::optional(total);
}

std::vector<Story> transcripts(const config::Loaded& loaded, const DeskId& desk, const std::string& prefix)
{
    std::vector<Story> stories;
    const auto sources = loaded.sources.find(desk);
    if (sources == loaded.sources.end()) return stories;
    const std::string folder = "desks/" + desk.text + "/flows/";
    for (const auto& [name, bytes] : sources->second) {
        if (!name.starts_with(folder)) continue;
        std::vector<config::Problem> told_already;
        config::Problems problems(told_already);
        const auto root = config::parse_yaml(bytes, prefix + name, problems);
        const FlowId flow{root ? (*root)["flow"].text : ""};
        if (!loaded.playbooks.at(desk)->flows.count(flow)) continue; // what is wrong with it is told
        for (const auto& test : (*root)["tests"].items) stories.push_back({desk, flow, test["name"].text, test});
    }
    return stories;
}

std::optional<Story> read_story(const std::filesystem::path& file, const config::Loaded& loaded,
                                std::vector<config::Problem>& list)
{
    config::Problems problems(list);
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        problems.error(file.string(), 0, "cannot be read", "make the file");
        return std::nullopt;
    }
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    auto root = config::parse_yaml(bytes, file.string(), problems);
    if (!root || !config::fits_schema(*root, "story", problems)) return std::nullopt;
    const auto* desk = root->find("desk");
    const DeskId id = desk ? DeskId{desk->text} : loaded.desks.empty() ? DeskId{} : loaded.desks.front().id;
    if (!loaded.playbooks.count(id)) {
        problems.error(file.string(), root->line_of("desk"), "there is no desk " + config::in_quotes(id.text),
                       "write the name of a folder in desks/");
        return std::nullopt;
    }
    std::string name = (*root)["name"].text;
    return Story{id, {}, std::move(name), std::move(*root)};
}

} // namespace tsunagi::ops
