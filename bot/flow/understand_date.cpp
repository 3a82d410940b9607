#include "bot/flow/understand_date.h"

#include "bot/flow/numerals.h"
#include "bot/flow/relative_date.h"
#include "bot/flow/words.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace tsunagi::bot {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;

constexpr int year_min = 1868;  // 明治元年: nobody alive is older
constexpr int year_max = 2200;

// ---------------------------------------------------------------------------- tokens

enum class TokenKind { number, era, month_name, year_mark, month_mark, day_mark, separator };
struct Token {
    TokenKind kind;
    int value = 0;           ///< number; era: the year before its first; month_name: 1 to 12
    std::size_t digits = 0;  ///< number
};

struct Word {
    std::string_view text;
    TokenKind kind;
    int value = 0;
};
constexpr Word japanese_words[]{
    {"令和", TokenKind::era, 2018},     {"平成", TokenKind::era, 1988},   {"昭和", TokenKind::era, 1925},
    {"大正", TokenKind::era, 1911},     {"れいわ", TokenKind::era, 2018}, {"へいせい", TokenKind::era, 1988},
    {"しょうわ", TokenKind::era, 1925}, {"年", TokenKind::year_mark},     {"ねん", TokenKind::year_mark},
    {"月", TokenKind::month_mark},      {"がつ", TokenKind::month_mark},  {"日", TokenKind::day_mark},
    {"にち", TokenKind::day_mark},      {"元", TokenKind::number, 1},
};
constexpr Word era_letters[]{
    {"r", TokenKind::era, 2018}, {"h", TokenKind::era, 1988}, {"s", TokenKind::era, 1925}, {"t", TokenKind::era, 1911}};
constexpr std::array<std::string_view, 12> month_names{"jan", "feb", "mar", "apr", "may", "jun",
                                                       "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 12> month_ends{"uary", "ruary", "ch",     "il",   "",      "e",
                                                      "y",    "ust",   "tember", "ober", "ember", "ember"};

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }
bool is_letter(char letter) { return letter >= 'a' && letter <= 'z'; }

/// An English word as a token: a month's name, short or whole.
std::optional<Token> month_of(std::string_view word)
{
    for (std::size_t i = 0; i < month_names.size(); ++i) {
        if (!word.starts_with(month_names[i])) continue;
        const auto rest = word.substr(month_names[i].size());
        if (rest.empty() || rest == month_ends[i] || (i == 8 && rest == "t"))
            return Token{TokenKind::month_name, static_cast<int>(i) + 1};
    }
    return std::nullopt;
}

/// Cuts a key with all numbers in digits into what dates are made of; everything else is left out.
class Tokens {
public:
    explicit Tokens(std::string_view text) : text_(text)
    {
        while (at_ < text_.size()) {
            if (is_digit(text_[at_]))
                number();
            else if (is_letter(text_[at_]))
                word();
            else if (!japanese_word())
                ++at_;  // the second byte of a letter begins no word of the table
        }
    }

    std::vector<Token> take() { return std::move(tokens_); }

private:
    void number()
    {
        constexpr std::size_t digits_max = 8;  // 20260503
        const auto from = at_;
        int value = 0;
        for (; at_ < text_.size() && is_digit(text_[at_]); ++at_)
            if (at_ - from < digits_max) value = value * 10 + (text_[at_] - '0');
        tokens_.push_back({TokenKind::number, value, at_ - from});
        const bool separates = at_ + 1 < text_.size() && is_digit(text_[at_ + 1]) &&
                               (text_[at_] == '/' || text_[at_] == '-' || text_[at_] == '.');
        if (separates) {
            tokens_.push_back({TokenKind::separator});
            ++at_;
        }
    }

    void word()
    {
        const auto from = at_;
        while (at_ < text_.size() && is_letter(text_[at_])) ++at_;
        const auto word = text_.substr(from, at_ - from);
        if (const auto month_name = month_of(word)) tokens_.push_back(*month_name);
        if (at_ >= text_.size() || (!is_digit(text_[at_]) && !text_.substr(at_).starts_with("元"))) return;
        for (const auto& era : era_letters)
            if (word == era.text) tokens_.push_back({era.kind, era.value});
    }

    bool japanese_word()
    {
        for (const auto& [word, kind, value] : japanese_words) {
            if (!text_.substr(at_).starts_with(word)) continue;
            // A mark belongs to the number right before it: 今日 and 月曜日 are no days of a month.
            const bool is_mark = kind != TokenKind::era && kind != TokenKind::number;
            const bool behind_number = at_ > 0 && (is_digit(text_[at_ - 1]) || text_.substr(0, at_).ends_with("元"));
            if (!is_mark || behind_number) tokens_.push_back({kind, value, kind == TokenKind::number ? 1U : 0U});
            at_ += word.size();
            return true;
        }
        return false;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<Token> tokens_;
};

// ---------------------------------------------------------------------------- parts

struct Parts {
    std::optional<int> year;
    std::optional<int> month;
    std::optional<int> day;
    bool twice = false;  ///< two dates in one text

    void set(std::optional<int>& part, int value)
    {
        twice = twice || part.has_value();
        part = value;
    }
};

/// Goes through the tokens once and fills the parts.
class PartsReader {
public:
    explicit PartsReader(std::vector<Token> tokens) : tokens_(std::move(tokens))
    {
        while (at_ < tokens_.size()) {
            if (is(at_, TokenKind::era))
                era_ = tokens_[at_++].value;
            else if (is(at_, TokenKind::month_name))
                named_month();
            else if (is(at_, TokenKind::number))
                number();
            else
                ++at_;
        }
    }

    Parts take() { return parts_; }

private:
    bool is(std::size_t at, TokenKind kind) const { return at < tokens_.size() && tokens_[at].kind == kind; }

    /// The year of the era named just before, or of the common calendar.
    int year_of(int number)
    {
        const auto year = era_.value_or(0) + number;
        era_.reset();
        return year;
    }

    /// 2026年, 2026 and 令和8; the number in question stands at `at_`.
    bool is_year(const Token& token) const
    {
        if (is(at_ + 1, TokenKind::year_mark)) return true;
        if (is(at_ + 1, TokenKind::month_mark) || is(at_ + 1, TokenKind::day_mark)) return false;
        return (token.digits == 4 && token.value >= year_min) || (era_ && token.digits <= 2);
    }

    void number()
    {
        const auto& token = tokens_[at_];
        if (is(at_ + 1, TokenKind::separator)) return separated();
        if (is_year(token))
            parts_.set(parts_.year, year_of(token.value));
        else if (is(at_ + 1, TokenKind::month_mark))
            parts_.set(parts_.month, token.value);
        else if (is(at_ + 1, TokenKind::day_mark) || (is(at_ + 1, TokenKind::month_name) && token.digits <= 2))
            parts_.set(parts_.day, token.value);
        else if (token.digits == 8)
            whole(token.value);
        ++at_;
    }

    void whole(int digits)
    {
        parts_.set(parts_.year, digits / 10000);
        parts_.set(parts_.month, digits / 100 % 100);
        parts_.set(parts_.day, digits % 100);
    }

    void named_month()
    {
        parts_.set(parts_.month, tokens_[at_].value);
        ++at_;
        if (!is(at_, TokenKind::number) || tokens_[at_].digits > 2 || parts_.day) return;
        parts_.set(parts_.day, tokens_[at_].value);
        ++at_;
    }

    /// 2026/5/3, 2026-05, R8.5.3, 5/3. A year of two digits without an era could be any of the three: not read.
    void separated()
    {
        std::vector<int> numbers{tokens_[at_].value};
        const bool begins_with_year = tokens_[at_].digits == 4 || era_.has_value();
        while (is(at_ + 1, TokenKind::separator) && is(at_ + 2, TokenKind::number))
            numbers.push_back(tokens_[at_ += 2].value);
        ++at_;
        if (begins_with_year && numbers.size() <= 3) {
            parts_.set(parts_.year, year_of(numbers[0]));
            parts_.set(parts_.month, numbers[1]);
            if (numbers.size() == 3) parts_.set(parts_.day, numbers[2]);
        } else if (numbers.size() == 2) {
            parts_.set(parts_.month, numbers[0]);
            parts_.set(parts_.day, numbers[1]);
        } else {
            parts_.twice = true;
        }
    }

    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    std::optional<int> era_;
    Parts parts_;
};

// ---------------------------------------------------------------------------- whole dates

bool is_possible(const DateRead& date)
{
    const int number = static_cast<int>(date.year);
    if (number < year_min || number > year_max) return false;
    if (date.month && !date.month->ok()) return false;
    return !date.day || (date.month && (date.year / *date.month / *date.day).ok());
}

/// How far a date lies from today, in days; a month counts from its middle.
long distance_days(const DateRead& date, std::chrono::local_days today)
{
    constexpr day middle{15};
    const std::chrono::local_days there{date.year / *date.month / date.day.value_or(middle)};
    return std::labs((there - today).count());
}

/// The year in which the date lies nearest to today; of two equally near ones the past one.
std::optional<DateRead> in_nearest_year(DateRead date, std::chrono::local_days today)
{
    constexpr int leap_years_apart = 8;  // 1896 to 1904: the longest wait for a 29th of February
    const year now_year = std::chrono::year_month_day{today}.year();
    std::optional<DateRead> nearest;
    for (int offset = -leap_years_apart; offset <= leap_years_apart; ++offset) {
        date.year = now_year + std::chrono::years{offset};
        date.year_guessed = true;
        if (!is_possible(date)) continue;
        if (!nearest || distance_days(date, today) < distance_days(*nearest, today)) nearest = date;
    }
    return nearest;
}

std::optional<DateRead> from_parts(const Parts& parts, std::chrono::local_days today)
{
    if (parts.twice || (parts.day && !parts.month) || (!parts.year && !parts.month)) return std::nullopt;
    DateRead date;
    if (parts.month) date.month = month{static_cast<unsigned>(*parts.month)};
    if (parts.day) date.day = day{static_cast<unsigned>(*parts.day)};
    if (!parts.year) return in_nearest_year(date, today);
    date.year = year{*parts.year};
    if (!is_possible(date)) return std::nullopt;
    return date;
}

}  // namespace

std::optional<DateRead> read_date(std::string_view text, TimePoint now)
{
    const auto key = match_key(text);
    const auto today = today_in_japan(now);
    if (const auto relative = read_relative_date(key, today)) return is_possible(*relative) ? relative : std::nullopt;
    const auto in_digits = with_digits(key);
    return from_parts(PartsReader(Tokens(in_digits).take()).take(), today);
}

std::string date_text(const DateRead& date)
{
    std::array<char, 32> buffer{};
    const int number = static_cast<int>(date.year);
    const unsigned month_number = date.month ? static_cast<unsigned>(*date.month) : 0;
    if (date.day)
        std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02u", number, month_number,
                      static_cast<unsigned>(*date.day));
    else if (date.month)
        std::snprintf(buffer.data(), buffer.size(), "%04d-%02u", number, month_number);
    else
        std::snprintf(buffer.data(), buffer.size(), "%04d", number);
    return buffer.data();
}

std::optional<int> age_at(const DateRead& born, TimePoint now)
{
    if (born.year_guessed) return std::nullopt;
    const std::chrono::year_month_day today{today_in_japan(now)};
    int age = static_cast<int>(today.year()) - static_cast<int>(born.year);
    const month birth_month = born.month.value_or(today.month());
    const day birth_day = born.day.value_or(day{1});
    if (birth_month > today.month() || (born.month && birth_month == today.month() && birth_day > today.day())) --age;
    if (age < 0) return std::nullopt;
    return age;
}

}  // namespace tsunagi::bot
