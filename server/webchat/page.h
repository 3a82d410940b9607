#pragma once
#include "bot/flow/flow.h"
#include "server/config/config.h"
#include "server/http/message.h"

#include <string>
#include <string_view>

namespace tsunagi::webchat {

/// A file of server/webchat/page/, part of the program. Empty when there is none of that name.
std::string_view page_file(std::string_view name);

/// The page for `desk` in `language`: index.html with `{{…}}` filled from the catalogue's `web.*`, safe for HTML.
http::Response page_response(const config::DeskConfig& desk, const bot::Playbook& playbook, const bot::Language& language);

/// A script or style sheet. Nothing is cached: a file of ours in a device's cache would tell who was here.
http::Response asset_response(std::string_view name, std::string_view mime);

/// The words of the page: {"language", "languages": [{"id","name"}], "texts": {key without `web.`: text}}.
http::Response words_response(const config::DeskConfig& desk, const bot::Playbook& playbook, const bot::Language& language);

/// The desk's language that fits best: the one asked for, else by Accept-Language, else the desk's first.
bot::Language language_for(const config::DeskConfig& desk, std::string_view asked, std::string_view accept_language);

}  // namespace tsunagi::webchat
