#include "tests/bench/risk/labelled.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace tsunagi::bench {
namespace {

std::vector<std::string> split(const std::string& text, const std::string& sign)
{
    std::vector<std::string> parts;
    std::size_t begin = 0;
    for (auto end = text.find(sign); end != text.npos; end = text.find(sign, begin)) {
        parts.push_back(text.substr(begin, end - begin));
        begin = end + sign.size();
    }
    parts.push_back(text.substr(begin));
    return parts;
}

std::string with_line_breaks(std::string text)
{
    for (auto at = text.find("\\n"); at != text.npos; at = text.find("\\n", at)) text.replace(at, 2, "\n");
    return text;
}

}  // namespace

std::vector<Labelled> read_labelled(const std::filesystem::path& path)
{
    std::ifstream file(path);
    if (!file) throw std::runtime_error(path.string() + ": cannot be read");
    std::vector<Labelled> messages;
    int number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        if (line.empty() || line.starts_with('#')) continue;
        const auto place = path.filename().string() + ":" + std::to_string(number);
        const auto fields = split(line, "\t");
        if (fields.size() != 4 || fields[0].size() != 1 || fields[0][0] < '0' || fields[0][0] > '4') throw std::runtime_error(place + ": not `level categories slice text`");
        Labelled message{fields[0][0] - '0', {}, fields[2], with_line_breaks(fields[3]), place};
        for (const auto& name : split(fields[1], ",")) {
            if (name == "-") continue;
            const auto category = bot::risk_category(name);
            if (!category) throw std::runtime_error(place + ": no category is called " + name);
            message.categories.push_back(*category);
        }
        messages.push_back(std::move(message));
    }
    return messages;
}

bot::RiskFinding judge(const bot::RiskRules& rules, const Labelled& message)
{
    std::vector<std::string> said;
    bot::RiskFinding highest;
    for (auto& text : split(message.text, " // ")) {
        auto finding = bot::detect_in_context(rules, said, text);
        if (said.empty() || finding.level > highest.level) highest = std::move(finding);
        said.push_back(std::move(text));
    }
    return highest;
}

void Figures::count(int labelled_level, int found_level)
{
    if (labelled_level >= 2) {
        ++danger;
        danger_missed += found_level < 2 ? 1 : 0;
        below_label += found_level < labelled_level ? 1 : 0;
    } else {
        ++ordinary;
        false_alarms += found_level > 1 ? 1 : 0;
    }
    if (labelled_level >= 3) {
        ++high;
        high_missed += found_level < 3 ? 1 : 0;
    }
}

}  // namespace tsunagi::bench
