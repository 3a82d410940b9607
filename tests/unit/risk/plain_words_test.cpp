// Danger in plain words, in every language: heard whatever else the message asks, lowered only where it is told as over.
#include "tests/unit/risk/shipped.h"

using namespace tsunagi;
using tests::check_levels;

TEST_CASE("risk: a plain wish to die is heard in every language, whatever else the message asks")
{
    check_levels({"I want to die", "i want to die", "I want to die too", "I just want to die", "I want to die. I can't do this anymore",
                  "sometimes I want to die", "I want to kill myself", "I am going to kill myself", "I want to die but my son needs me",
                  "I want to disappear", "I don't want to live anymore", "i dont want to be here anymore",
                  "good morning, can I ask about the allowance? also i want to die", "My husband left and I want to die",
                  "I watched a movie and I want to die like her", "I wish I was dead", "I took all my pills", "thinking about suicide every night",
                  "can't stop thinking about killing myself", "想死", "我想死", "好想死", "我真的想死", "我不想活了", "不想活了，孩子怎么办", "有时候想死", "我想自杀", "看了那部剧我也想死", "想消失",
                  "活着好累，不想活", "想跳楼", "請問津貼怎麼申請，還有我不想活了", "割腕", "我割腕了", "muốn chết", "em muốn chết", "tôi muốn tự tử", "em không muốn sống nữa",
                  "chị ơi em muốn chết quá", "em mệt, em muốn chết", "em muốn biến mất", "muon chet", "em muon chet qua chi oi",
                  "cho em hỏi trợ cấp, mà em muốn chết quá", "em cũng muốn chết như nhân vật trong phim", "nghĩ đến tự tử mỗi đêm",
                  "gusto ko nang mamatay", "gusto ko na mamatay", "ayoko na mabuhay", "gusto kong magpakamatay", "gusto ko na mawala",
                  "pagod na ako gusto ko na mamatay", "magtatanong lang sana sa ayuda pero gusto ko na mamatay", "naiisip kong magpakamatay gabi gabi",
                  "quero morrer", "eu quero morrer", "não quero mais viver", "quero sumir", "penso em me matar toda noite", "vou me matar",
                  "queria morrer mas tenho minha filha", "boa tarde, queria saber do auxílio, mas na verdade quero morrer",
                  "eu também quero morrer como ela no filme", "죽고 싶어요", "죽고싶다", "나 죽고 싶어", "살기 싫어요", "자살하고 싶어요", "애 때문에 못 죽어요 죽고 싶은데",
                  "죽고 싶은데 애 때문에 못 죽어요", "아이만 아니면 죽고 싶어요", "수당 문의드려요. 그리고 죽고 싶어요", "매일 밤 자살 생각을 해요", "사라지고 싶어요", "그만 살고 싶어요", "मर्न मन लाग्यो",
                  "म मर्न चाहन्छु", "बाँच्न मन छैन", "आत्महत्या गर्न मन लाग्छ", "marna man lagyo", "malai marna man lagchha", "ma marna chahanchhu",
                  "bachna man chaina", "suicide garna man lagcha", "bhatta ko barema sodhna, ani malai marna man lagcha",
                  "chhora nabhako bhaye ma marthe", "shinitai", "mou shinitai desu", "kietai"}, 2, 4);
}

TEST_CASE("risk: a wish long over, told in another sentence than the wish, is no danger")
{
    check_levels({"10代のころはずっと死にたいと思ってた。今は平気です", "死にたい？昔はね。今はない", "前は死にたいと思ってた。今はそろばん教室の送迎で忙しすぎて考えもしない",
                  "I used to want to die every winter. I'm 43 now and I breed corgis", "20年前に死にたいと思ってた。今は元気に介護職6年目", "生完老大那年天天想死,后来吃药好了,现在挺好的",
                  "예전엔 죽고 싶다는 생각 달고 살았는데 지금은 괜찮아요", "Năm ngoái em từng muốn chết thật, giờ em đi làm lại rồi, vui lắm",
                  "Quando era adolescente eu queria morrer, hoje tô feliz com meus filhos",
                  "noong high school gusto ko mamatay, ngayon okay na ako may anak na", "बच्चा जन्मेपछि एकताका मर्ने सोच आएको थियो, अहिले ठीक छु",
                  "paila marna man lagthyo, aba thik chu"}, 0, 1);
}

TEST_CASE("risk: a wish that never went, or came back, is danger")
{
    check_levels({"10代のころから死にたいと思ってる。今も", "昔から消えたいと思ってる。今は仕事で忙しいけど", "昔の話って言ったけど、今もときどき死にたい", "今は平気って言ったけど本当は死にたい",
                  "I used to want to die years ago. It came back this week", "I was fine for years but now I want to die again", "以前想死,现在又想死了",
                  "예전에도 죽고 싶었는데 요즘 또 그래요 죽고 싶어요", "năm ngoái em đỡ rồi mà giờ lại muốn chết", "ano passado melhorei mas agora quero morrer de novo",
                  "okay na ako dati pero ngayon gusto ko na naman mamatay", "paila marna man lagthyo, feri tyastai bhairacha",
                  "ko gitna, wanted to die two years ago, better now, but it came back last week"}, 2, 4);
}

TEST_CASE("risk: a time, a job, a film or a question beside it takes nothing from a wish of today")
{
    check_levels({"去年から死にたいです。書類の締め切りを教えてください", "就学援助の書類の締め切りはいつですか。前は大丈夫だったけど死にたいです", "看護師をしています。夜勤明けで死にたいです", "ドラマを見て泣いた。死にたい",
                  "学生のころから死にたい。奨学金の相談もしたい", "もう死にたい。小説でも読んで寝ます", "死にたい。ニュースも見たくない",
                  "Since last year I want to die. When is the deadline for the allowance?",
                  "I am a nurse and I want to die. Can I change the appointment to 3?", "I got help with the papers, thank you. I still want to die",
                  "my class starts at 9. I want to die", "I don't want to die but I can't go on like this", "去年开始我想死。请问补贴什么时候截止", "我是护士，每天想死",
                  "孩子的课表收到了。我想死", "작년부터 죽고 싶어요. 서류 마감이 언제인가요", "저는 간호사인데 죽고 싶어요", "요즘 드라마도 안 봐요. 죽고 싶어요", "em la y ta, em muon chet. cho em hoi giay to",
                  "từ năm ngoái em muốn chết. cho em hỏi hạn nộp giấy tờ", "nurse po ako, gusto ko nang mamatay",
                  "mula noong nakaraang taon gusto ko nang mamatay. kailan po ang deadline",
                  "desde o ano passado quero morrer. qual o prazo do auxílio?", "sou enfermeira e quero morrer. dá pra remarcar?",
                  "म नर्स हुँ, मर्न मन लाग्छ", "gata saal dekhi marna man cha. kagaj ko deadline kahile ho",
                  "I dont even watch dramas any more. I want to die", "I used to be fine. now I want to die", "not any more. I want to die",
                  "I wanted to die last year and I want to die now", "eu não vejo mais novela. quero morrer", "hoje tomo remédio e quero morrer",
                  "今は笑えない。死にたい", "今は元気なふりしてる。死にたい", "今は思わなくはない。死にたい", "打ち間違いじゃない、死にたい", "漫画も読めない。死にたい", "昔は死にたかった。今は死に方を調べてる", "지금은 웃을 수가 없어요. 죽고 싶어요",
                  "现在没事做,想死", "现在不开心,想死", "giờ em không vui nữa, muốn chết", "ngayon di na masaya, gusto ko nang mamatay", "昔の話って言ったけど、今もときどき死にたい",
                  "昔はね、って言ったけど今も死にたい", "昔の話じゃない。死にたい"}, 2, 4);
}

TEST_CASE("risk: that somebody or something else is fine now takes nothing from a wish told after it")
{
    check_levels({"児童扶養手当の書類は今は大丈夫です。死にたい", "現況届の用紙は来月で、今は忙しすぎて書けません。死にたい", "娘の熱は今は平気です。私は消えたい",
                  "my son is fine now, when is the allowance paid, i want to die", "the nursery is good now. i want to die",
                  "bé giờ khỏe rồi ạ, em muốn chết", "anak ko ok na siya, kailan po ang allowance, gusto ko nang mamatay", "agora estou melhor do resfriado, quero morrer",
                  "孩子现在好了，津贴什么时候发，我想死", "아이는 지금은 괜찮아요. 수당은 언제 나와요? 죽고 싶어요", "छोरो अहिले ठीक छ। भत्ता कहिले आउँछ? मर्न मन लाग्छ"}, 2, 4);
}

TEST_CASE("risk: danger with a question behind it is danger")
{
    check_levels({"My husband hits me. What time do you open?", "my boyfriend hits my son, how do i apply", "Em bị chồng đánh, cho em hỏi trợ cấp",
                  "Chồng em hay đánh em. Cho em hỏi giờ mở cửa ạ", "Sinasaktan niya ako, paano po mag-apply?",
                  "Meu marido me bate, como peço o auxílio?", "老公打我，请问怎么申请津贴", "श्रीमानले कुट्छ। कार्यालय कति बजे खुल्छ?",
                  "sriman le kutcha, bhatta kasari paine?", "남편이 때려요. 수당은 어디서 신청해요?", "今夜泊まるところがありません。窓口は何時までですか", "Em rạch tay từ hồi cấp 3 đến giờ",
                  "Do you have japanese lessons? My husband reads all my messages", "죽으려고요", "我活够了", "Patay na ang mister ko. Gusto ko nang sumunod",
                  "Chồng em kiểm tra điện thoại em", "老公天天翻我手机，请问几点开门", "남편이 제 휴대폰을 봐요. 몇 시까지 해요?",
                  "Binabasa ng asawa ko ang messages ko, anong oras po kayo bukas", "今は元気がないです。死にたいです。転入届は何時までですか",
                  "I've been thinking of suicide since my divorce years ago. What time does the office close?",
                  "I wanted to die yesterday and I have the pills here. What time do you open?", "今天孩子都好，我想死。请问疫苗什么时候打",
                  "Giờ con em khỏe rồi, vui lắm, còn em thì muốn chết. Thư viện mấy giờ mở ạ?",
                  "noon pa gusto ko nang mamatay, kailan po ang bakuna ng anak ko",
                  "Hoje estou bem vestida para a festa da escola. Quero sumir do mundo", "자살하고 싶어요. 강의는 몇 시인가요", "오늘 날씨가 좋아요. 죽고 싶어요. 예방접종 언제예요?",
                  "आज छोरा खुसी छ। मलाई मर्न मन लाग्छ", "独身の頃から死にたいです。窓口の時間を教えてください"}, 2, 4);
}

TEST_CASE("risk: the words of a phrase book in an everyday question are none")
{
    check_levels({"can you send the ambulance fee receipt?", "Como chamar a ambulância no Japão?", "gọi công an giúp tìm xe đạp bị mất",
                  "119에 신고해 주면 돈이 드나요?", "em sắp sinh tháng 9, em ở một mình, có trợ cấp không ạ", "아기 이가 나와요 혼자 육아 중이에요",
                  "My husband is waiting for me at home, can we finish by 5?", "ele olha o whatsapp da escola"}, 0, 1);
}

TEST_CASE("risk: a plain fact is danger without a word of danger in it, and the same things of everyday life are none")
{
    check_levels({"屋上の柵をまたいでます", "橋の手すり、越えちゃった", "子どもと車の中です。煙が出てきた", "避難先を元夫に知られました", "カッターで太ももに傷をつけてます",
                  "夫に通帳もスマホも取り上げられてます", "ミルクを薄めてあげてます", "三日で食パン一枚だけです", "隣の子が今夜もベランダに出されています",
                  "the baby went limp and does not answer", "女儿从楼梯摔下来，没反应了", "sleeping pills saved for Sunday", "dori kinera rakheko chu", "bukas tatalon na ako",
                  "नदीमा हाम फाल्छु", "ainda me corto toda noite", "às vezes penso que morrer seria um alívio", "아이 팔을 담뱃불로 지졌어요"}, 2, 4);
    check_levels({"殴られてませんよ、転んだだけです", "引っ越し先の学校の手続きはどこですか", "夫がカードを作ってくれました", "息子がなわとびをかってきました", "今日はおにぎり一個だけ作りました",
                  "the lettuce went limp", "tatalon na ako sa pool", "corto o cabelo dele em casa"}, 0, 1);
}

TEST_CASE("risk: a denial of something else, an idiom's first words and what holds just today take nothing from a danger")
{
    check_levels({"夫に殴られて通報してません", "夫に殴られてお金持ってません", "殴られて携帯持ってません", "殴られて相手にされてません", "首を絞められて相談してません", "今夜夫に殴られてます", "今晩も殴られてる",
                  "意識はっきりしてません", "赤ちゃんが息をしているかわからない", "chồng đánh cả con nữa", "chồng em hay đánh đầu em", "I'm a patient and I took an overdose"}, 3, 4);
    check_levels({"今日は殴られてません", "I can't go on a day longer", "I can't go on this way"}, 2, 4);
    check_levels({"首は絞められていません", "包丁は持っていません", "リストカットはしていません", "今まで殴られたことはありません", "意識ははっきりしています", "子どもは息をしています", "bố đánh cờ với con",
                  "I can't go on Friday, can I come Monday?", "I'm a nurse, a patient took an overdose at work"}, 0, 1);
}

TEST_CASE("risk: another hand asks who this is, in every language")
{
    for (const std::string text : {"これ誰？", "どちら様ですか", "この人の夫です", "Who is this?", "你是谁", "Ai đây?", "Sino ito?", "Quem é?", "누구세요?", "को हो"}) {
        CAPTURE(text);
        const auto found = bot::detect(tests::shipped_rules(), text);
        CHECK(found.level >= 2);
        CHECK(std::ranges::find(found.categories, bot::RiskCategory::monitored) != found.categories.end());
    }
    for (const std::string text : {"Who is this form for?", "担当はどちら様ですか、と聞かれました", "Sino po ang pupuntahan ko sa munisipyo?", "Quem é responsável pela creche?", "这是谁的书包，我们不知道"}) {
        CAPTURE(text);
        CHECK(bot::detect(tests::shipped_rules(), text).level <= 1);
    }
}
