#include "server/line/signature.h"

#include <doctest/doctest.h>

using tsunagi::line::sign;
using tsunagi::line::signature_matches;

namespace {
const std::string secret = "8c570fa6dd201bb328f1c1eac23a96d8";
const std::string body = R"({"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]})";
}  // namespace

TEST_CASE("signature: the example of LINE's own documentation fits")
{
    // docs/messaging-api/verify-webhook-signature, "docs-empty-events"
    CHECK(sign(body, secret) == "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs=");
    CHECK(signature_matches(body, "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs=", {secret}));
}

TEST_CASE("signature: one changed byte of the body is refused, also an escaped character spelled out")
{
    const std::string escaped = R"({"events":[{"text":"\uD83E\uDD28"}]})";
    const std::string spelled = "{\"events\":[{\"text\":\"\xF0\x9F\xA4\xA8\"}]}";
    CHECK(signature_matches(escaped, sign(escaped, secret), {secret}));
    CHECK_FALSE(signature_matches(spelled, sign(escaped, secret), {secret}));
}

TEST_CASE("signature: during a swap both secrets are good, a third is not")
{
    const std::string next = "0123456789abcdef0123456789abcdef";
    CHECK(signature_matches(body, sign(body, secret), {next, secret}));
    CHECK(signature_matches(body, sign(body, next), {next, secret}));
    CHECK_FALSE(signature_matches(body, sign(body, "another"), {next, secret}));
    CHECK_FALSE(signature_matches(body, sign(body, secret), {}));
}

TEST_CASE("signature: missing, empty, malformed and wrong-length ones are refused, never skipped")
{
    const std::string good = sign(body, secret);
    const std::string cases[] = {"", " ", "=", "AAAA", good.substr(1), good + "=", good.substr(0, 43) + "A",
                                 std::string(44, '='), std::string(44, 'A'), std::string(43, '!') + "=", good + good};
    for (const auto& signature : cases) {
        CAPTURE(signature);
        CHECK_FALSE(signature_matches(body, signature, {secret}));
    }
}
