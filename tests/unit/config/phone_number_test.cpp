// The numbers here are made up of zeros and ones, or are fragments: none is a number to call.
#include "server/config/phone_number.h"

#include <doctest/doctest.h>

using tsunagi::config::find_phone_number;

TEST_CASE("phone numbers: found in every shape an author might write them")
{
    for (const char* text : {"0000-00-0001に電話",
                             "03-0000-0001",
                             "(03)0000-0001",
                             "03 0000 0001",
                             "03.0000.0001",
                             "03·0000·0001",
                             "0300000001",
                             "090-0000-0001",
                             "０３－００００－０００１",
                             "03‐0000‐0001",
                             "03–0000–0001",
                             "03—0000—0001",
                             "03−0000−0001",
                             "03ー0000ー0001",
                             "０３（００００）０００１",
                             "〇三ー〇〇〇〇ー〇〇〇一",
                             "03-\xE2\x80\x8B"
                             "0000-0001",
                             "+81 3 0000 0001",
                             "+81-90-0000-0001",
                             "＋８１ ３ ００００ ０００１",
                             "TEL:03-0000-0001です",
                             "24 0000-00-0001",
                             "#0000",
                             "＃００００",
                             "♯0000",
                             "シャープ0000",
                             "03 - 0000 - 0001",
                             "０３　－　００００　－　０００１",
                             "03〜0000〜0001",
                             "03_0000_0001",
                             "0 3 0 0 0 0 0 0 0 1",
                             "０・３・０・０・０・０・０・０・０・１",
                             "⓪③-⓪⓪⓪⓪-⓪⓪⓪①",
                             "零三-零零零零-零零零一",
                             "TEL03-0000-0001",
                             "٠٣-٠٠٠٠-٠٠٠١"}) {
        CAPTURE(text);
        CHECK(find_phone_number(text).has_value());
    }
    CHECK(find_phone_number("電話は０３－００００－０００１へ") == "0300000001");
}

TEST_CASE("phone numbers: emergency numbers only where they are dialled")
{
    for (const char* text : {"110番", "１１０番へ", "119 番", "call 119", "Please dial 110 now",
                             "189（いちはやく）に電話", "電話：118", "☎188", "警察（110）", "いそぐときは110へ", "救急は119です",
                             "Hãy gọi 110 ngay", "Tumawag po kayo agad sa 119", "Ligue para o 110", "请拨打110", "110에 전화하세요",
                             "110 मा फोन गर्नुहोस्", "児童相談所（189）", "189（いちはやく）"}) {
        CAPTURE(text);
        CHECK(find_phone_number(text).has_value());
    }
    for (const char* text :
         {"110番目", "119番地", "188円", "189人", "定員110名", "番号は110番号札", "recall nothing of 2110"}) {
        CAPTURE(text);
        CHECK_FALSE(find_phone_number(text).has_value());
    }
}

TEST_CASE("phone numbers: dates, times, amounts, codes and lists are none")
{
    for (const char* text : {"2026-11-20",
                             "2026/11/20 10:00",
                             "08.12.2026 10:00",
                             "10:00-12:00",
                             "09:00〜17:00",
                             "００：００",
                             "0:30-1:00",
                             "100,000円",
                             "43,160円",
                             "1,000,000",
                             "〒100-0001",
                             "5歳と8歳",
                             "０歳",
                             "1-2-3",
                             "令和8年11月20日",
                             "0.5",
                             "U0123456789abcdef0123456789abcdef",
                             "#1",
                             "#12345",
                             "＃はじめて",
                             "{month}月{day}日",
                             "第10章 110条",
                             "0000000000",
                             "2026-2027",
                             "〇〇市",
                             "〇〇〇〇",
                             "一二三",
                             "1〜13",
                             "0 1 2 3 4 5 6 7 8 9",
                             "0・1・2・3・4・5・6・7・8・9・10歳",
                             "U0120000001",
                             "年 110,000円",
                             "20:00-24:00",
                             "00:00-24:00"}) {
        CAPTURE(text);
        CHECK_FALSE(find_phone_number(text).has_value());
    }
}
