// What no person writes still costs little and breaks nothing.
#include "server/ops/risk.h"
#include "tests/unit/risk/shipped.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <ctime>
#include <sstream>

using namespace tsunagi;
using tests::level_of;

namespace {

std::string repeated(const std::string& text, int times)
{
    std::string all;
    for (int at = 0; at < times; ++at) all += text;
    return all;
}

/// Processor seconds, the best of three; neighbours on the machine do not count.
double seconds_to_read(const std::string& text)
{
    tests::shipped_rules();
    double best = 1e9;
    for (int turn = 0; turn < 3; ++turn) {
        const auto begin = std::clock();
        tests::read(text);
        best = std::min(best, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    }
    return best;
}

std::vector<nlohmann::json> lines_of(const std::string& in)
{
    std::istringstream input(in);
    std::ostringstream output;
    CHECK(ops::risk("config", input, output) == 0);
    std::vector<nlohmann::json> lines;
    std::istringstream answered(output.str());
    for (std::string line; std::getline(answered, line);) {
        lines.push_back(nlohmann::json::parse(line, nullptr, false));
        CHECK_FALSE(lines.back().is_discarded());
    }
    return lines;
}

}  // namespace

TEST_CASE("risk: four times the letters cost four times the reading, whatever they are")
{
    // A reading that looks at every letter from every letter would cost sixteen times.
    constexpr double dearer_max = 9;
    constexpr double too_short_to_tell = 0.002;
    for (const std::string unit : {"死", "あ", "し に ", "夫が", "子どもを", "、", "a ", "1", "一,", "💊", "か\xE3\x82\x99"}) {
        CAPTURE(unit);
        const auto quarter = seconds_to_read(repeated(unit, 5'000));
        CHECK(seconds_to_read(repeated(unit, 20'000)) < dearer_max * std::max(quarter, too_short_to_tell));
    }
}

TEST_CASE("risk: one clause of danger is heard in a very long message")
{
    const auto talk = repeated("今日は役所で手当の書類を書きました。", 40);
    CHECK(level_of(talk + "今夜死にます。" + talk) >= 3);
}

TEST_CASE("risk: bytes that are no UTF-8 are read as U+FFFD, and offsets go on counting")
{
    const auto finding = tests::read("\xFF\xFE死にたい");
    CHECK(finding.level >= 2);
    REQUIRE_FALSE(finding.spans.empty());
    CHECK(finding.spans.front().to == 6);
    CHECK(level_of("\xE6\xAD") == 0);
    CHECK(level_of("") == 0);
    CHECK(level_of(std::string("\0\0", 2)) == 0);
}

TEST_CASE("risk: `tsunagi risk` answers each line with one line")
{
    const auto lines = lines_of("死にたい\r\n\n児童扶養手当について\n\xFF死にたい\n" + repeated("あ", 100'000) + "\n最後の行は改行なし");
    REQUIRE(lines.size() == 6);
    CHECK(lines[0]["level"] >= 2);
    CHECK(lines[0]["categories"][0] == "suicide");
    CHECK(lines[0]["spans"][0]["from"] == 0);
    CHECK(lines[0]["spans"][0]["to"] == 4);
    CHECK(lines[1]["level"] == 0);
    CHECK(lines[1]["spans"].empty());
    CHECK(lines[2]["level"] == 0);
    CHECK(lines[3]["level"] >= 2);
    CHECK(lines[3]["spans"][0]["from"] == 1);
    CHECK(lines[5]["level"] == 0);
}

TEST_CASE("risk: a folder without rules is an error with a place, never a silence")
{
    std::istringstream input("死にたい\n");
    std::ostringstream output;
    CHECK(ops::risk("tests/unit/risk", input, output) == 1);
    CHECK(output.str().find("there are no risk rules") != std::string::npos);
}
