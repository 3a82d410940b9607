#include "server/config/phone_number.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <functional>
#include <vector>

namespace tsunagi::config {
namespace {

constexpr std::size_t subscriber_digits_min = 10; // 03-1234-5678, 0120-123-456
constexpr std::size_t subscriber_digits_max = 11; // 090-1234-5678
constexpr std::size_t international_digits_min = 8;
constexpr std::size_t international_digits_max = 15; // ITU-T E.164
constexpr std::size_t hash_digits = 4;               // #8000, #7119
constexpr std::size_t groups_max = 3;                // 03 1234 5678; more groups are a date with a time
constexpr std::size_t nearby = 12;                   // characters around a short number that tell whether it is dialled
constexpr std::size_t nearby_spaced = 24;            // before it, where words are spelled in letters
constexpr std::size_t between_max = 3;               // 03 - 1234 - 5678
constexpr std::array short_numbers{"110", "118", "119", "188", "189"};

/// A text as phone keypads see it: one letter each for what looks the same. `0`-`9`, `-`, ` `, `.`, `(`, `)`, `#`, `+`,
/// `a` for Latin letters, `?` for the rest.
struct Keys {
    std::string letters;
    std::u32string originals; ///< the code point behind each letter
};

char key_of(UChar32 point)
{
    static constexpr std::u32string_view kanji_digits = U"〇一二三四五六七八九";
    static constexpr std::u32string_view hyphens = U"-‐‑‒–—―−－﹘﹣ーｰ─‑⁃˗~～〜∼〰_＿";
    static constexpr std::u32string_view dots = U".．・･·‧•";
    const auto character = static_cast<char32_t>(point);
    if (const auto kanji = kanji_digits.find(character); kanji != kanji_digits.npos)
        return static_cast<char>('0' + kanji);
    if (character == U'零') return '0';
    if (const auto digit = u_charDigitValue(point); digit >= 0) return static_cast<char>('0' + digit);
    // ① and ⁰ are digits to whoever reads them.
    if (u_getIntPropertyValue(point, UCHAR_NUMERIC_TYPE) == U_NT_DIGIT)
        return static_cast<char>('0' + static_cast<int>(u_getNumericValue(point)));
    if (hyphens.find(character) != hyphens.npos) return '-';
    if (dots.find(character) != dots.npos) return '.';
    if (character == U'(' || character == U'（') return '(';
    if (character == U')' || character == U'）') return ')';
    if (character == U'#' || character == U'＃' || character == U'﹟' || character == U'♯') return '#';
    if (character == U'+' || character == U'＋') return '+';
    if (character == U'\n' || character == U'\r') return '?';
    if (u_isUWhiteSpace(point)) return ' ';
    return (point < 0x80 && u_isalpha(point)) ? 'a' : '?';
}

Keys keys_of(std::string_view text)
{
    Keys keys;
    const auto length = static_cast<std::int32_t>(text.size());
    for (std::int32_t at = 0; at < length;) {
        UChar32 point = 0;
        U8_NEXT(text.data(), at, length, point);
        const bool unseen = point >= 0 && u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
        if (point < 0 || unseen) continue;
        keys.letters += key_of(point);
        keys.originals += static_cast<char32_t>(point);
    }
    return keys;
}

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

/// Digits in a row, with what stands before and after them.
struct Group {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool joined = false; ///< at most between_max separators away from the group before
};

std::vector<Group> groups_of(const std::string& letters)
{
    std::vector<Group> groups;
    for (std::size_t at = 0; at < letters.size();) {
        if (!is_digit(letters[at])) {
            ++at;
            continue;
        }
        Group group{at, at, false};
        while (group.end < letters.size() && is_digit(letters[group.end])) ++group.end;
        at = group.end;
        if (!groups.empty()) {
            const auto between = letters.substr(groups.back().end, group.begin - groups.back().end);
            group.joined = between.size() <= between_max && between.find_first_not_of("- .()") == std::string::npos;
        }
        groups.push_back(group);
    }
    return groups;
}

char letter_before(const std::string& letters, std::size_t at) { return at == 0 ? '?' : letters[at - 1]; }
char letter_at(const std::string& letters, std::size_t at) { return at < letters.size() ? letters[at] : '?'; }

bool all_same(const std::string& digits) { return digits.find_first_not_of(digits.front()) == std::string::npos; }

/// 0 1 2 3 ...: a list, no number.
bool counts_up(const std::string& digits)
{
    const auto is_next = [](char left, char right) { return right == left + 1; };
    return std::adjacent_find(digits.begin(), digits.end(), std::not_fn(is_next)) == digits.end();
}

std::u32string lower(std::u32string_view text)
{
    std::u32string small(text);
    std::ranges::transform(small, small.begin(), [](char32_t c) { return static_cast<char32_t>(u_tolower(static_cast<UChar32>(c))); });
    return small;
}

/// Whether the letters that run into the digits at `at` say that they are dialled: TEL03-1234-5678, and not a code's own letters.
bool follows_tel(const Keys& keys, std::size_t at)
{
    constexpr std::size_t longest = 5;
    const auto from = at > longest ? at - longest : 0;
    const auto before = lower(std::u32string_view(keys.originals).substr(from, at - from));
    constexpr std::array<std::u32string_view, 3> words{U"tel", U"fax", U"phone"};
    return std::ranges::any_of(words, [&](auto word) { return before.ends_with(word); });
}

/// 03-1234-5678 and its kin, beginning at group `first`: up to three groups that make ten or eleven digits, or each digit by
/// itself; abroad, more.
std::optional<std::string> long_number(const Keys& keys, const std::vector<Group>& groups, std::size_t first)
{
    const auto& letters = keys.letters;
    const char before = letter_before(letters, groups[first].begin);
    const bool abroad = before == '+';
    if (before == 'a' && !follows_tel(keys, groups[first].begin)) return std::nullopt;
    if (!abroad && letters[groups[first].begin] != '0') return std::nullopt;
    std::string digits;
    for (std::size_t i = first; i < groups.size() && (i == first || groups[i].joined); ++i) {
        const bool is_dictated = digits.size() == i - first;
        if (!abroad && !is_dictated && i - first >= groups_max) break;
        digits += letters.substr(groups[i].begin, groups[i].end - groups[i].begin);
        const bool fits = abroad
                              ? digits.size() >= international_digits_min && digits.size() <= international_digits_max
                              : digits.size() >= subscriber_digits_min && digits.size() <= subscriber_digits_max;
        if (fits && letter_at(letters, groups[i].end) != 'a' && !all_same(digits) && !counts_up(digits))
            return (abroad ? "+" : "") + digits;
    }
    return std::nullopt;
}

bool contains_any(std::u32string_view text, std::initializer_list<std::u32string_view> words)
{
    return std::any_of(words.begin(), words.end(), [&](auto word) { return text.find(word) != text.npos; });
}

/// 110 and the like are numbers to dial only when the words around say so: 「110番」 but not 「110番目」, "call 119", 「警察（110）」.
bool is_dialled(const Keys& keys, const Group& group)
{
    const std::u32string_view text = keys.originals;
    auto after = text.substr(group.end, nearby);
    after.remove_prefix(std::min(after.find_first_not_of(U" 　（）()」』】"), after.size()));
    const bool counted = contains_any(after.substr(0, 2), {U"番目", U"番地", U"番号", U"番組"});
    if (counted) return false;
    const auto before = [&](std::size_t letters) {
        const auto from = group.begin > letters ? group.begin - letters : 0;
        return lower(text.substr(from, group.begin - from));
    };
    return after.starts_with(U"番") || after.starts_with(U"へ") ||
           contains_any(after, {U"電話", U"でんわ", U"ダイヤル", U"に通報", U"にかけ", U"いちはやく", U"전화", U"फोन"}) ||
           contains_any(before(nearby), {U"電話", U"でんわ", U"ダイヤル", U"警察", U"救急", U"消防", U"通報", U"児童相談所", U"児相", U"いちはやく", U"☎", U"📞",
                                         U"拨打", U"报警", U"전화", U"경찰", U"फोन", U"प्रहरी", U"call", U"dial", U"phone", U"tel"}) ||
           contains_any(before(nearby_spaced), {U"police", U"ambulance", U"gọi", U"cảnh sát", U"tumawag", U"pulis", U"ligue", U"ligar",
                                                U"polícia"});
}

std::optional<std::string> short_number(const Keys& keys, const Group& group)
{
    const auto digits = keys.letters.substr(group.begin, group.end - group.begin);
    const char before = letter_before(keys.letters, group.begin);
    const char after = letter_at(keys.letters, group.end);
    const bool is_hash = before == '#' || std::u32string_view(keys.originals).substr(0, group.begin).ends_with(U"シャープ");
    if (is_hash && digits.size() == hash_digits && after != 'a') return "#" + digits;
    const bool known = std::find(short_numbers.begin(), short_numbers.end(), digits) != short_numbers.end();
    if (!known || group.joined || before == 'a' || after == 'a') return std::nullopt;
    return is_dialled(keys, group) ? std::optional(digits) : std::nullopt;
}

} // namespace

std::optional<std::string> find_phone_number(std::string_view text)
{
    const Keys keys = keys_of(text);
    const auto groups = groups_of(keys.letters);
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (auto found = long_number(keys, groups, i)) return found;
        if (auto found = short_number(keys, groups[i])) return found;
    }
    return std::nullopt;
}

void find_phone_numbers(const Value& root, Problems& problems)
{
    if (root.is_scalar() && !root.replaced) {
        if (const auto number = find_phone_number(root.text))
            problems.error(root, "a phone number, " + in_quotes(*number),
                           "take it out: numbers stand in config/hotlines alone, each with its source and date");
    }
    for (const auto& item : root.items) find_phone_numbers(item, problems);
    for (const auto& field : root.fields)
        if (field.key != "tests") find_phone_numbers(field.value, problems);
}

} // namespace tsunagi::config
