#pragma once
#include "server/http/server.h"
#include "server/line/outbox.h"
#include "server/ops/metrics.h"
#include "server/store/store.h"

#include <atomic>
#include <functional>
#include <string>
#include <vector>

namespace tsunagi::ops {

/// What the admin address shows of the running program.
struct Health {
    const store::Store& store;
    const line::Outbox& outbox;
    const std::atomic<bool>& ready;  ///< started and not draining
    std::function<std::vector<std::string>()> remarks = {};  ///< what an operator should know or mend, in words
};

/// GET /healthz (the process answers), /readyz (it takes messages: 503 with the reason in words otherwise), /metrics.
/// References must outlive the routes.
std::vector<http::Route> admin_routes(Health health, Metrics& metrics);

}  // namespace tsunagi::ops
