#pragma once
#include "server/line/caller.h"
#include "server/media/source.h"

namespace tsunagi::line {

/// What people sent, on LINE's data host (facts.md 45, 46).
class Content final : public media::Source {
public:
    explicit Content(Caller& caller) : caller_(caller) {}
    net::awaitable<media::Fetched> fetch(std::string channel, std::string message_id) override;

private:
    net::awaitable<bool> will_never_be_ready(std::string channel, std::string path);
    Caller& caller_;
};

}  // namespace tsunagi::line
