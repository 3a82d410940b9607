#pragma once
#include <boost/asio/awaitable.hpp>

#include <string>
#include <unordered_map>

namespace tsunagi::line {

namespace net = boost::asio;

/// Where a channel's access token comes from (facts.md, section 14).
class Tokens {
public:
    virtual ~Tokens() = default;
    /// The token of `channel` (channel_key); empty when there is none to be had just now. Never throws for what LINE says.
    virtual net::awaitable<std::string> token(std::string channel) = 0;
    /// LINE answered 401 to `token`: it is not given out again. Whether asking for another can help.
    virtual bool refused(const std::string& channel, const std::string& token) = 0;
};

/// Long-lived tokens, as they stand in config.
class FixedTokens final : public Tokens {
public:
    explicit FixedTokens(std::unordered_map<std::string, std::string> tokens) : tokens_(std::move(tokens)) {}
    net::awaitable<std::string> token(std::string channel) override
    {
        const auto found = tokens_.find(channel);
        co_return found == tokens_.end() ? std::string() : found->second;
    }
    bool refused(const std::string&, const std::string&) override { return false; }

private:
    const std::unordered_map<std::string, std::string> tokens_;
};

}  // namespace tsunagi::line
