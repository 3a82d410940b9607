#include "bot/flow/numerals.h"

#include "bot/base/text.h"

#include <array>
#include <charconv>

namespace tsunagi::bot {
namespace {

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

std::optional<int> kanji_digit(char32_t letter)
{
    constexpr std::u32string_view digits = U"〇一二三四五六七八九";
    if (letter == U'零') return 0;
    const auto at = digits.find(letter);
    if (at == std::u32string_view::npos) return std::nullopt;
    return static_cast<int>(at);
}

/// 十百千 multiply the digit before them, 万億 everything since the last of their kind.
struct Unit {
    double value = 0;
    bool large = false;
};
std::optional<Unit> kanji_unit(char32_t letter)
{
    switch (letter) {
    case U'十':
        return Unit{10, false};
    case U'百':
        return Unit{100, false};
    case U'千':
        return Unit{1000, false};
    case U'万':
        return Unit{10000, true};
    case U'億':
        return Unit{100000000, true};
    default:
        return std::nullopt;
    }
}

/// Reads one number that begins at a given byte.
class NumberReader {
public:
    NumberReader(std::string_view key, std::size_t from) : key_(key), at_(from), from_(from) {}

    std::optional<NumberAt> read()
    {
        while (at_ < key_.size() && read_part()) {
        }
        if (at_ == from_ || !anything_) return std::nullopt;
        return NumberAt{total_ + section_ + digits_.value_or(0), from_, at_, !ascii_};
    }

private:
    bool read_part()
    {
        if (is_digit(key_[at_])) return read_digits();
        auto behind = at_;
        const auto letter = next_code_point(key_, behind);
        if (const auto digit = kanji_digit(letter)) {
            if (from_digits_) return false;  // 3五 is no number
            digits_ = digits_.value_or(0) * 10 + *digit;
        } else if (const auto unit = kanji_unit(letter)) {
            if (!multiply(*unit)) return false;
        } else {
            return false;
        }
        anything_ = true;
        at_ = behind;
        return true;
    }

    bool read_digits()
    {
        if (digits_) return false;  // 五3, or digits behind a fraction
        std::string plain;
        auto at = at_;
        const auto take = [&] {
            while (at < key_.size() && is_digit(key_[at])) plain += key_[at++];
        };
        take();
        while (plain.size() <= group_size * groups_max && is_group(at)) {
            ++at;
            take();
        }
        if (at + 1 < key_.size() && key_[at] == '.' && is_digit(key_[at + 1])) {
            plain += '.';
            ++at;
            take();
        }
        double value = 0;
        const auto read = std::from_chars(plain.data(), plain.data() + plain.size(), value);
        if (read.ec != std::errc{}) return false;
        digits_ = value;
        from_digits_ = ascii_ = anything_ = true;
        at_ = at;
        return true;
    }

    /// Whether `,123` stands at `at`: a group of thousands, not the next item of a list.
    bool is_group(std::size_t at) const
    {
        if (at + group_size >= key_.size() || key_[at] != ',') return false;
        for (std::size_t i = 1; i <= group_size; ++i)
            if (!is_digit(key_[at + i])) return false;
        return at + group_size + 1 >= key_.size() || !is_digit(key_[at + group_size + 1]);
    }

    bool multiply(const Unit& unit)
    {
        if (unit.large) {
            const double many = section_ + digits_.value_or(0);
            if (many == 0) return false;  // 万 alone stands in 万が一
            total_ += many * unit.value;
            section_ = 0;
        } else {
            section_ += digits_.value_or(1) * unit.value;
        }
        digits_.reset();
        from_digits_ = false;
        return true;
    }

    static constexpr std::size_t group_size = 3;
    static constexpr std::size_t groups_max = 4;

    std::string_view key_;
    std::size_t at_;
    std::size_t from_;
    double total_ = 0;
    double section_ = 0;
    std::optional<double> digits_;
    bool from_digits_ = false;
    bool ascii_ = false;
    bool anything_ = false;
};

/// 一 is part of many words that count nothing: 一緒, 一応, 一度, 万が一.
bool is_part_of_a_word(std::string_view key, const NumberAt& number)
{
    constexpr std::u32string_view behind_one = U"緒応旦部般切方体生定時度";
    if (!number.kanji || number.value != 1) return false;
    if (key.substr(0, number.from).ends_with("万が")) return true;
    if (number.to >= key.size()) return false;
    auto at = number.to;
    return behind_one.find(next_code_point(key, at)) != std::u32string_view::npos;
}

struct Spoken {
    std::string_view word;
    int value;
};
constexpr Spoken spoken_words[]{{"ぜろ", 0},   {"ひとり", 1},   {"ふたり", 2},  {"ひとつ", 1},  {"ふたつ", 2},
                                {"みっつ", 3}, {"よっつ", 4},   {"いつつ", 5},  {"むっつ", 6},  {"ななつ", 7},
                                {"やっつ", 8}, {"ここのつ", 9}, {"とお", 10},   {"はたち", 20}, {"一人", 1},
                                {"二人", 2},   {"zero", 0},     {"one", 1},     {"two", 2},     {"three", 3},
                                {"four", 4},   {"five", 5},     {"six", 6},     {"seven", 7},   {"eight", 8},
                                {"nine", 9},   {"ten", 10},     {"eleven", 11}, {"twelve", 12}};
constexpr Spoken spoken_digits[]{{"いち", 1}, {"に", 2},   {"さん", 3}, {"よん", 4}, {"し", 4},     {"ご", 5},
                                 {"ろく", 6}, {"なな", 7}, {"しち", 7}, {"はち", 8}, {"きゅう", 9}, {"く", 9}};

/// The digit that `key` begins with, which is taken off.
std::optional<int> take_spoken_digit(std::string_view& key)
{
    for (const auto& [word, value] : spoken_digits) {
        if (!key.starts_with(word)) continue;
        key.remove_prefix(word.size());
        return value;
    }
    return std::nullopt;
}

}  // namespace

std::vector<NumberAt> numbers_in(std::string_view key)
{
    std::vector<NumberAt> numbers;
    for (std::size_t at = 0; at < key.size();) {
        if (const auto number = NumberReader(key, at).read()) {
            if (!is_part_of_a_word(key, *number)) numbers.push_back(*number);
            at = number->to;
        } else {
            next_code_point(key, at);
        }
    }
    return numbers;
}

std::optional<int> spoken_number(std::string_view key)
{
    constexpr std::string_view ten = "じゅう";
    for (const auto& [word, value] : spoken_words)
        if (key == word) return value;

    if (key.empty()) return std::nullopt;
    auto tens = take_spoken_digit(key);
    if (!key.starts_with(ten)) return key.empty() ? tens : std::nullopt;
    key.remove_prefix(ten.size());
    const auto ones = take_spoken_digit(key);
    if (!key.empty()) return std::nullopt;
    return tens.value_or(1) * 10 + ones.value_or(0);
}

std::string with_digits(std::string_view key)
{
    constexpr double below = 10000;
    std::string text;
    std::size_t done = 0;
    for (const auto& number : numbers_in(key)) {
        if (!number.kanji || number.value >= below) continue;
        text += key.substr(done, number.from - done);
        text += number_text(number.value);
        done = number.to;
    }
    text += key.substr(done);
    return text;
}

std::string number_text(double value)
{
    std::array<char, 64> buffer{};
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
    if (written.ec != std::errc{}) return "0";
    return {buffer.data(), written.ptr};
}

}  // namespace tsunagi::bot
