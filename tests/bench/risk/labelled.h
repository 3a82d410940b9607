#pragma once
#include "bot/risk/detector.h"

#include <filesystem>
#include <string>
#include <vector>

namespace tsunagi::bench {

/// A message with what people who know the field would say of it.
struct Labelled {
    int level = 0;
    std::vector<bot::RiskCategory> categories;
    std::string slice;  ///< how it is written (crisis-language.md section 7), or why it looks dangerous and is not
    std::string text;   ///< `\n` in the file is a line break; ` // ` parts messages sent one after the other
    std::string place;  ///< file:line
};

/// Reads a .tsv of `level<TAB>categories<TAB>slice<TAB>text`; `-` is no category, a line that begins with # is a comment.
/// Throws std::runtime_error with file:line when a line is not that.
std::vector<Labelled> read_labelled(const std::filesystem::path& file);

/// What the detector says of it, over all its messages (the running maximum).
bot::RiskFinding judge(const bot::RiskRules& rules, const Labelled& message);

/// The figures of issue C. Danger: labelled R2 or more. Ordinary: labelled R0 or R1.
struct Figures {
    int high = 0;          ///< labelled R3, R4
    int high_missed = 0;   ///< of these, below R3
    int danger = 0;
    int danger_missed = 0; ///< of these, below R2
    int below_label = 0;   ///< danger, below the level of its label
    int ordinary = 0;
    int false_alarms = 0;  ///< ordinary, above R1

    void count(int labelled_level, int found_level);
    double danger_recall() const { return danger == 0 ? 1 : 1 - static_cast<double>(danger_missed) / danger; }
    double label_recall() const { return danger == 0 ? 1 : 1 - static_cast<double>(below_label) / danger; }
    double false_alarm_rate() const { return ordinary == 0 ? 0 : static_cast<double>(false_alarms) / ordinary; }
};

}  // namespace tsunagi::bench
