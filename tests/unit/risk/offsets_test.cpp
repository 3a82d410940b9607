// Spans point at the very letters of the original, whatever the views did to them on the way.
#include "bot/base/text.h"
#include "tests/unit/risk/shipped.h"

using namespace tsunagi;

namespace {

std::string cut(const std::string& text, std::uint32_t from, std::uint32_t to)
{
    std::string part;
    std::uint32_t index = 0;
    for (std::size_t at = 0; at < text.size(); ++index) {
        const auto letter = next_code_point(text, at);
        if (index >= from && index < to) append_code_point(part, letter);
    }
    return part;
}

/// The letters that `rule` pointed at; empty when it did not speak.
std::string shown(const std::string& text, const std::string& rule)
{
    for (const auto& span : tests::read(text).spans)
        if (span.rule == rule) return cut(text, span.from, span.to);
    return {};
}

}  // namespace

TEST_CASE("risk: a span shows what was written, not what it was read as")
{
    struct Row {
        const char* text;
        const char* rule;
        const char* shown;
    };
    const Row rows[] = {
        {"もう死にたいです", "die-wish", "死にたい"},
        {"あのね、し に た い", "die-wish", "し に た い"},
        {"死☆に☆た☆いんです", "die-wish", "死☆に☆た☆い"},
        {"つらい。死にたーーーい", "die-wish", "死にたーーーい"},
        {"シニタイ", "die-wish", "シニタイ"},
        {"ｼﾆﾀｲ", "die-wish", "ｼﾆﾀｲ"},
        {"はやく死◯たい", "die-wish", "死◯たい"},
        {"4にたい", "die-wish", "4にたい"},
        {"４にたい", "die-wish", "４にたい"},
        {"😭😭死にたい", "die-wish", "死にたい"},
        {"\xF0\xA0\xAE\x9F消えたい", "vanish-wish", "消えたい"},
        {"mou shinitai desu", "romaji-die-wish", "mou shinitai desu"},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row.text));
        CHECK(shown(row.text, row.rule) == row.shown);
    }
}

TEST_CASE("risk: invisible letters between are part of the span, and counted")
{
    const std::string text = "死\xE2\x80\x8Bに\xE2\x80\x8Bたい";
    CHECK(shown(text, "die-wish") == text);
}

TEST_CASE("risk: every span lies inside its text")
{
    for (const std::string text : {"死にたい", "し\nに\nた\nい", "ｼﾆﾀｲﾖｰ", "夫に殴られた。", "I want to die", "💊💊🔪", "もう生きていたくない"}) {
        CAPTURE(text);
        std::size_t length = 0;
        for (std::size_t at = 0; at < text.size(); ++length) next_code_point(text, at);
        const auto finding = tests::read(text);
        CHECK_FALSE(finding.spans.empty());
        for (const auto& span : finding.spans) {
            CHECK(span.from < span.to);
            CHECK(span.to <= length);
        }
    }
}

TEST_CASE("risk: in a conversation only what touches the new message counts, told in its own offsets")
{
    const auto& rules = tests::shipped_rules();
    const auto split = bot::detect_in_context(rules, {"もう"}, "消えたい");
    CHECK(split.level >= 2);
    for (const auto& span : split.spans) CHECK(span.to <= 4);
    CHECK(bot::detect_in_context(rules, {"し"}, "にたい").level >= 2);
    CHECK(bot::detect_in_context(rules, {"死に"}, "たい").level >= 2);
    CHECK(bot::detect_in_context(rules, {"薬を50錠用意した", "もう決めた"}, "今までありがとう。死にます").level >= 3);
    CHECK(bot::detect_in_context(rules, {"死にたい"}, "ありがとうございます").level <= 1);  // the maximum is the caller's
    CHECK(bot::detect_in_context(rules, {"児童扶養手当について"}, "いつ振り込まれますか").level == 0);
}
