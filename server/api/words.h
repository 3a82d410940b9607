#pragma once
#include "bot/flow/decide.h"
#include "server/http/message.h"

#include <map>
#include <memory>
#include <string>

namespace tsunagi::api {

/// The message catalogue in the language of whoever reads the console.
class Words {
public:
    Words(std::shared_ptr<const bot::Playbook> playbook, bot::Language language)
        : playbook_(std::move(playbook)), language_(std::move(language)) {}

    std::string text(const std::string& key, const std::map<std::string, std::string>& values = {}) const
    {
        return bot::message_text(*playbook_, language_, key, values);
    }
    bool knows(const std::string& key) const { return playbook_->messages.contains(key); }
    const bot::Playbook& playbook() const { return *playbook_; }
    const bot::Language& language() const { return language_; }

private:
    std::shared_ptr<const bot::Playbook> playbook_;
    bot::Language language_;
};

/// `ja` or `en`, from Accept-Language; `ja` when neither is asked for.
bot::Language reader_language(const http::Request& request);

}  // namespace tsunagi::api
