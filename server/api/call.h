#pragma once
#include "server/api/sessions.h"
#include "server/api/words.h"
#include "server/http/message.h"

namespace tsunagi::api {

/// A request whose caller is known, and the words to answer in.
struct Call {
    http::Request request;
    Caller caller;
    Words words;

    const DeskId& desk() const { return caller.account.desk; }
    std::string capture(const std::string& name) const
    {
        const auto found = request.captures.find(name);
        return found == request.captures.end() ? std::string() : found->second;
    }
};

}  // namespace tsunagi::api
