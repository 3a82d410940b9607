#include "server/ops/guide.h"

#include "bot/base/japan_day.h"
#include "bot/guide/search.h"
#include "server/config/guide_config.h"
#include "server/ops/report.h"

#include <nlohmann/json.hpp>

#include <chrono>

namespace tsunagi::ops {

int guide(const std::filesystem::path& config_dir, const std::string& question, bool json, std::ostream& out)
{
    const auto today = japan_day(std::chrono::system_clock::now());
    const auto loaded = config::load_guide(config_dir, today);
    if (!loaded.ok()) {
        print_problems(loaded.problems, out);
        return 1;
    }
    const bot::GuideIndex index(loaded.guide);
    auto list = nlohmann::json::array();
    for (const auto& hit : index.search(question)) {
        const std::string name(bot::in_language(hit.programme->name, "ja"));
        if (!json) out << hit.programme->id << '\t' << name << '\n';
        nlohmann::json entry;
        entry["id"] = hit.programme->id;
        entry["score"] = hit.score;
        entry["name"] = name;
        list.push_back(std::move(entry));
    }
    if (json) out << list.dump() << '\n';
    return 0;
}

}  // namespace tsunagi::ops
