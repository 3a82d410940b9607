#include "server/ops/risk.h"

#include "server/config/risk_config.h"

#include <nlohmann/json.hpp>

#include <istream>
#include <ostream>
#include <string>

namespace tsunagi::ops {
namespace {

std::string to_json_line(const bot::RiskFinding& finding)
{
    nlohmann::ordered_json line;
    line["level"] = finding.level;
    line["categories"] = nlohmann::ordered_json::array();
    for (const auto category : finding.categories) line["categories"].push_back(std::string(bot::name_of(category)));
    line["spans"] = nlohmann::ordered_json::array();
    for (const auto& span : finding.spans) {
        nlohmann::ordered_json place;
        place["from"] = span.from;
        place["to"] = span.to;
        place["rule"] = span.rule;
        line["spans"].push_back(std::move(place));
    }
    return line.dump();
}

}  // namespace

int risk(const std::filesystem::path& config_dir, std::istream& in, std::ostream& out)
{
    std::vector<config::Problem> problems;
    const auto rules = config::load_risk(config_dir, problems);
    if (!rules) {
        for (const auto& problem : problems) out << problem.file << ':' << problem.line << ": " << problem.what << "; " << problem.mend << '\n';
        return 1;
    }
    for (std::string text; std::getline(in, text);) {
        if (text.ends_with('\r')) text.pop_back();
        out << to_json_line(bot::detect(*rules, text)) << std::endl;
    }
    return 0;
}

}  // namespace tsunagi::ops
