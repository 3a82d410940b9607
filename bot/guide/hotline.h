#pragma once
#include "bot/base/time.h"
#include "bot/guide/programme.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tsunagi::bot {

/// When a line answers, in Japanese time.
struct LineHours {
    enum class Kind : std::uint8_t {
        always,
        by_rules,
        by_area,  ///< each prefecture or city has its own: not known here, so never said to be open
    };
    struct Slot {
        int from_minute = 0;  ///< of the day
        int to_minute = 0;    ///< exclusive; 1440 is midnight. Past midnight is written as two slots.
    };
    struct Rule {
        std::array<bool, 7> weekdays{};  ///< sun to sat
        std::vector<int> month_days;     ///< these days of a month instead of weekdays
        std::vector<Slot> slots;
        bool on_public_holidays = true;
    };
    struct Closed {
        int from_day = 0;  ///< month * 100 + day; 1229
        int to_day = 0;    ///< inclusive; before `from_day`: over the new year
    };
    Kind kind = Kind::by_area;
    std::vector<Rule> rules;
    std::vector<Closed> closed;
};

/// A telephone line or chat, read from config/hotlines: the only place with numbers (hotlines.md section 8).
struct Hotline {
    std::string id;
    GuideText name;
    std::string tel;   ///< as shown; empty: no telephone
    std::string dial;  ///< behind `tel:`, `#` as `%23`
    std::string url;   ///< a chat or a list of windows
    LineHours hours;
    GuideText hours_text;
    GuideText cost;
    bool free_of_charge = false;
    std::vector<std::string> languages;
    std::vector<std::string> topics;   ///< emergency, dv, sexual_violence, suicide, child_abuse, law ..., general
    std::vector<std::string> regions;  ///< `all`, or prefectures and desks
    std::vector<GuideText> required_notes;        ///< said whenever the line is shown
    std::vector<GuideText> limits;                ///< whom it does not serve, from where it cannot be reached: said, too
    GuideText other_languages;                    ///< how somebody is reached there who speaks none of `languages`; may be empty
    std::vector<GuideText> directions;            ///< what helps on the telephone and decides nothing: on cards and in print
    std::vector<std::string> forbidden_phrases;   ///< never said of this line
    std::string source_url, verified_at, verified_by, review_by;
    Confidence confidence = Confidence::c;
    bool enabled = false;
};

/// Whether somebody at this line speaks `language`.
bool speaks(const Hotline& line, std::string_view language);

/// Whether the line answers at `now`. `public_holiday` is the fact about the Japanese day of `now`, from the caller's calendar.
/// Hours that differ by area are not known here and count as closed: a closed line is never offered.
bool open_at(const Hotline& line, TimePoint now, bool public_holiday);

/// What she needs a line for.
struct LineWish {
    std::vector<std::string> topics;
    std::vector<std::string> languages;  ///< best first; empty: Japanese
    std::vector<std::string> regions;    ///< the desk and where it is; empty: unknown, lines of one region are left out
};

/// Whether `line` is for people of one of `regions`, or for everybody.
bool serves(const Hotline& line, const std::vector<std::string>& regions);

constexpr std::size_t lines_shown_max = 3;  ///< hotlines.md 8.4: more is a wall for a person in need

/// The lines to show her: enabled, open at `now`, about her topics; emergency first (only when she has that
/// topic; of "ambulance" only what sends one), then
/// specific, then general ones as a fallback. Of equals, a line in her language, of her region, for nothing but such
/// topics, free of charge comes first, then as the file has them.
std::vector<const Hotline*> choose(const std::vector<Hotline>& lines, const LineWish& wish, TimePoint now, bool public_holiday,
                                   std::size_t lines_max = lines_shown_max);

/// A phrase in `text` that is forbidden for the line that the same sentence names, by name or number; nothing when clean.
struct ForbiddenPhrase {
    std::string line;
    std::string phrase;
};
std::optional<ForbiddenPhrase> find_forbidden_phrase(std::string_view text, const std::vector<Hotline>& lines);

}  // namespace tsunagi::bot
