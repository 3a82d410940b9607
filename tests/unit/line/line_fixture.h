#pragma once
#include "server/line/caller.h"
#include "server/line/profiles.h"
#include "server/line/read_marks.h"
#include "server/ops/metrics.h"
#include "tests/unit/desk/desk_fixture.h"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tsunagi::testing {

/// Answers each path with what the test says; 404 for all else. Remembers what was asked.
struct ScriptedLine final : line::Caller {
    std::map<std::string, http::Response> answers;
    std::map<std::string, http::ClientFailure> failures;
    std::vector<line::Call> asked;
    std::function<void()> during;

    net::awaitable<Result<http::Response, http::ClientFailure>> call(line::Call call) override
    {
        asked.push_back(call);
        if (during) std::exchange(during, {})();
        const auto fails = failures.find(call.path);
        if (fails != failures.end()) co_return fails->second;
        const auto found = answers.find(call.path);
        http::Response answer = found == answers.end() ? http::Response{404, {}, {}} : found->second;
        co_return answer;
    }
};

inline const std::string hana = "U" + std::string(32, 'a');

struct LineFixture : DeskFixture {
    ScriptedLine platform;
    ops::Metrics metrics;
    line::Profiles profiles{platform, desks};
    line::ReadMarks read_marks{platform, desks};

    bot::Conversation wrote(const std::string& user, const std::string& event)
    {
        say(user, event, "こんにちは");
        return conversations().front();
    }
};

}  // namespace tsunagi::testing
