#include "bot/guide/hotline.h"

#include "bot/base/text.h"

#include <algorithm>

namespace tsunagi::bot {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::minutes;

/// `now` as a clock on a Japanese wall.
struct WallClock {
    unsigned weekday = 0;  ///< 0: Sunday
    int month_and_day = 0; ///< month * 100 + day
    int day = 0;
    int minute = 0;
};

WallClock wall_clock(TimePoint now)
{
    const auto local = now + japan_offset;
    const auto midnight = floor<days>(local);
    const std::chrono::year_month_day date(midnight);
    const auto day = static_cast<int>(static_cast<unsigned>(date.day()));
    return {std::chrono::weekday(midnight).c_encoding(), static_cast<int>(static_cast<unsigned>(date.month())) * 100 + day, day,
            static_cast<int>(floor<minutes>(local - midnight).count())};
}

bool covers(const LineHours::Closed& closed, int month_and_day)
{
    if (closed.from_day <= closed.to_day) return month_and_day >= closed.from_day && month_and_day <= closed.to_day;
    return month_and_day >= closed.from_day || month_and_day <= closed.to_day;
}

bool is_open(const LineHours::Rule& rule, const WallClock& clock, bool public_holiday)
{
    if (public_holiday && !rule.on_public_holidays) return false;
    const bool today = rule.month_days.empty() ? rule.weekdays[clock.weekday]
                                               : std::ranges::find(rule.month_days, clock.day) != rule.month_days.end();
    const auto now_in = [&](const LineHours::Slot& slot) { return clock.minute >= slot.from_minute && clock.minute < slot.to_minute; };
    return today && std::ranges::any_of(rule.slots, now_in);
}

bool has(const std::vector<std::string>& list, std::string_view word)
{
    return std::ranges::find(list, word) != list.end();
}

bool meet(const std::vector<std::string>& left, const std::vector<std::string>& right)
{
    return std::ranges::any_of(left, [&](const auto& word) { return has(right, word); });
}

enum Tier { emergency, specific, general, unasked };

Tier tier_of(const Hotline& line, const LineWish& wish)
{
    if (has(line.topics, "emergency")) {
        const bool calls_ambulance = has(line.topics, "ambulance") && has(wish.topics, "ambulance");
        return calls_ambulance || has(wish.topics, "emergency") ? emergency : unasked;
    }
    if (meet(line.topics, wish.topics)) return specific;
    return has(line.topics, "general") ? general : unasked;
}

/// Whether an emergency line is for another emergency than hers.
bool is_other_emergency(const Hotline& line, const LineWish& wish)
{
    const auto fits = [&](const auto& topic) { return topic != "emergency" && has(wish.topics, topic); };
    return has(line.topics, "emergency") && std::ranges::none_of(line.topics, fits);
}

/// How somebody who speaks `language` is understood at a line.
enum Understood : std::uint8_t { as_she_speaks, by_a_way_of_its_own, in_japanese_alone };

Understood understood(const Hotline& line, std::string_view language)
{
    if (speaks(line, language)) return as_she_speaks;
    return line.other_languages.empty() ? in_japanese_alone : by_a_way_of_its_own;
}

/// Smaller comes first.
struct Rank {
    Tier tier = unasked;
    bool other_emergency = false;  ///< an ambulance before the police after an overdose, the police first at a violent door
    Understood understood = in_japanese_alone;
    bool nationwide = false;
    bool for_everything = false;   ///< よりそいホットライン takes up violence, too; DV相談+ nothing else
    bool costs = false;

    auto operator<=>(const Rank&) const = default;
};

bool ends_sentence(char32_t letter)
{
    constexpr std::u32string_view ends = U"。．\n\r!?！？;；/／";
    return ends.find(letter) != ends.npos;
}

/// Digits and # only, of any width: how two ways of writing a number are compared.
std::string keys_of(std::string_view text)
{
    const auto folded = fold_for_matching(text);
    std::string keys;
    for (const char letter : folded)
        if ((letter >= '0' && letter <= '9') || letter == '#') keys += letter;
    return keys;
}

bool names(std::string_view sentence, const std::string& keys, const Hotline& line)
{
    const auto folded = fold_for_matching(sentence);
    const auto name = [&](const auto& each) { return !each.second.empty() && folded.find(fold_for_matching(each.second)) != folded.npos; };
    if (std::ranges::any_of(line.name, name)) return true;
    const auto number = keys_of(line.tel);
    return !number.empty() && keys.find(number) != keys.npos;
}

}  // namespace

bool speaks(const Hotline& line, std::string_view language)
{
    // やさしい日本語 is Japanese to whoever picks up the telephone.
    return has(line.languages, language == "ja-easy" ? "ja" : language);
}

bool serves(const Hotline& line, const std::vector<std::string>& regions)
{
    return has(line.regions, "all") || meet(line.regions, regions);
}

bool open_at(const Hotline& line, TimePoint now, bool public_holiday)
{
    if (line.hours.kind == LineHours::Kind::always) return true;
    if (line.hours.kind == LineHours::Kind::by_area) return false;
    const auto clock = wall_clock(now);
    if (std::ranges::any_of(line.hours.closed, [&](const auto& closed) { return covers(closed, clock.month_and_day); })) return false;
    return std::ranges::any_of(line.hours.rules, [&](const auto& rule) { return is_open(rule, clock, public_holiday); });
}

std::vector<const Hotline*> choose(const std::vector<Hotline>& lines, const LineWish& wish, TimePoint now, bool public_holiday,
                                   std::size_t lines_max)
{
    const std::string language = wish.languages.empty() ? "ja" : wish.languages.front();
    std::vector<std::pair<Rank, const Hotline*>> ranked;
    for (const auto& line : lines) {
        const auto tier = tier_of(line, wish);
        if (!line.enabled || tier == unasked || !serves(line, wish.regions) || !open_at(line, now, public_holiday)) continue;
        ranked.push_back({{tier, is_other_emergency(line, wish), understood(line, language), has(line.regions, "all"),
                           has(line.topics, "general"), !line.free_of_charge}, &line});
    }
    std::ranges::stable_sort(ranked, {}, &std::pair<Rank, const Hotline*>::first);
    std::vector<const Hotline*> chosen;
    for (const auto& [rank, line] : ranked)
        if (chosen.size() < lines_max) chosen.push_back(line);
    return chosen;
}

std::optional<ForbiddenPhrase> find_forbidden_phrase(std::string_view text, const std::vector<Hotline>& lines)
{
    for (std::size_t from = 0, at = 0; at < text.size();) {
        const auto before = at;
        if (!ends_sentence(next_code_point(text, at)) && at < text.size()) continue;
        const auto sentence = text.substr(from, (at < text.size() ? before : text.size()) - from);
        from = at;
        const auto folded = fold_for_matching(sentence);
        const auto keys = keys_of(sentence);
        for (const auto& line : lines) {
            if (line.forbidden_phrases.empty() || !names(sentence, keys, line)) continue;
            for (const auto& phrase : line.forbidden_phrases)
                if (folded.find(fold_for_matching(phrase)) != folded.npos) return ForbiddenPhrase{line.id, phrase};
        }
    }
    return std::nullopt;
}

}  // namespace tsunagi::bot
