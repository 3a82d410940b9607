#pragma once
#include "bot/base/result.h"
#include "server/http/message.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tsunagi::sandbox {

using json = nlohmann::json;

/// What goes wrong with a request to the platform.
enum class Effect {
    none,                 ///< only the delay
    status,               ///< an answer with `status` and `body`
    html,                 ///< an answer of the edge before LINE: HTML, not JSON
    rate_limit,           ///< 429 in LINE's words, likewise the next three
    monthly_limit,
    too_many_to_user,
    too_many_operations,
    close,                ///< the connection ends without an answer
    hang,                 ///< no answer until the asking side has given up
    revoke_tokens,        ///< issued access tokens are over at once: 401
};

/// One rule: the next `count` requests to `path` (after letting `skip` pass) meet the effect.
struct Fault {
    std::string method;  ///< empty: any
    std::string path;    ///< beginning of the path
    Effect effect = Effect::none;
    bool after = false;  ///< the platform did accept; only the answer goes wrong
    unsigned status = 500;
    json body;
    std::int64_t delay_ms = 0;
    std::int64_t skip = 0;
    std::int64_t count = 1;  ///< 0: until it is cleared
};

/// How the isRedelivery flag is set.
enum class RedeliveryFlag { right, always_false, always_true, random };

/// How webhooks go out. The defaults are a quiet day with redelivery switched on.
struct WebhookTuning {
    std::int64_t copies_min = 1, copies_max = 1;  ///< every event is sent this often
    std::int64_t shuffle_ms = 0;   ///< each copy waits 0..this on its own: order is lost
    std::int64_t delay_ms = 0;
    std::int64_t batch_ms = 0;     ///< events of this span go out in one body
    std::int64_t timeout_ms = 2'000;  ///< facts.md 9
    std::int64_t lose_next = 0;    ///< the next attempts never reach the server, and count as failed
    std::int64_t wrong_signature_next = 0;
    bool escape_unicode = false;   ///< \uXXXX in the body, as LINE has done (facts.md 4)
    bool redelivery = true;
    std::int64_t attempts_max = 20;
    std::int64_t first_wait_ms = 1'000, wait_max_ms = 10'000;  ///< between attempts, doubling
    RedeliveryFlag flag = RedeliveryFlag::right;
};

/// Everything that is told to go wrong. Read and set as JSON by the control API.
class Faults {
public:
    WebhookTuning webhooks;
    std::int64_t latency_min_ms = 0, latency_max_ms = 0;  ///< of every answer of the platform

    /// The rule that meets this request, counted down; nothing when it goes well.
    std::optional<Fault> take(http::Method method, const std::string& path);

    /// Takes over what is named in `change` ({"requests": [...], "webhooks": {...}, "latency_ms": [from, to]}): rules are
    /// added, settings replaced. On an error nothing has changed and the text says which field is wrong.
    Result<Done, std::string> apply(const json& change);
    void clear() { *this = Faults{}; }
    json to_json() const;

private:
    std::vector<Fault> requests_;
};

std::string method_name(http::Method method);

}  // namespace tsunagi::sandbox
